// serai collection add|list.
import type { Command } from "commander";
import { type Common, examples, session, withSession } from "./command.ts";
import { type Io, print } from "./io.ts";
import { formatTable } from "./table.ts";

interface AddOptions extends Common {
  readonly title: string;
  readonly description?: string;
}

export function collectionCommands(program: Command, io: Io): void {
  const collection = program.command("collection").description("collections");
  examples(
    withSession(collection.command("add <alias>").description("open a collection (secretariat)"))
      .requiredOption("--title <text>", "its title, without dots or commas")
      .option("--description <text>", "what it is for"),
    ['serai collection add exercises --title "Exercises"'],
  ).action(async (alias: string, options: AddOptions) => {
    const { title, description } = options;
    const added = await (
      await session(io, options)
    ).json("POST", "/v1/collections", { alias, title, ...(description === undefined ? {} : { description }) });
    if (options.json === true) print(io, added);
    else io.out(`Collection ${alias} is open: ${String(added["id"])}.\n`);
  });
  examples(withSession(collection.command("list").description("all collections")), [
    "serai collection list",
    "serai collection list --json",
  ]).action(async (options: Common) => {
    const { collections } = await (await session(io, options)).json("GET", "/v1/collections");
    if (options.json === true) return print(io, { collections });
    const rows = (collections as readonly { id: string; alias: string; title: string }[]).map((one) => [
      one.alias,
      one.id,
      one.title,
    ]);
    io.out(formatTable(["alias", "id", "title"], rows));
  });
}
