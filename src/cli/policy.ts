// serai policy set|show: the sharing policy of one's state.
import type { Command } from "commander";
import { type Common, examples, session, withSession } from "./command.ts";
import { readJsonFile } from "./input.ts";
import { type Io, print } from "./io.ts";

export function policyCommands(program: Command, io: Io): void {
  const policy = program.command("policy").description("your state's sharing policy");
  examples(withSession(policy.command("set <file>").description("set the policy (steward)")), [
    "serai policy set policy.json",
  ]).action(async (path: string, options: Common) => {
    const document = readJsonFile(path);
    const done = await (await session(io, options)).json("PUT", "/v1/policy", document);
    if (options.json === true) return print(io, done);
    const decided = Number(done["decided"]);
    io.out(
      `Policy version ${String(done["version"])} is in force; ${decided} of your objects ${decided === 1 ? "was" : "were"} decided again.\n`,
    );
    for (const warning of done["warnings"] as readonly string[]) io.out(`Note: ${warning}\n`);
  });
  examples(withSession(policy.command("show").description("the policy in force (steward, contributor)")), [
    "serai policy show --client kz-steward.json",
    "serai policy show --json",
  ]).action(async (options: Common) => {
    const shown = await (await session(io, options)).json("GET", "/v1/policy");
    if (options.json === true) return print(io, shown);
    io.out(
      `Version ${String(shown["version"])}, since ${String(shown["since"])}.\n${JSON.stringify(shown["document"], null, 2)}\n`,
    );
  });
}
