// serai terms set|show|sign: the terms under which states take part.
import type { Command } from "commander";
import { formatHex, utf8 } from "../encoding/bytes.ts";
import { sha256 } from "../encoding/sha256.ts";
import { Refusal } from "../refusal.ts";
import { type Common, examples, session, withSession } from "./command.ts";
import { readTextFile } from "./input.ts";
import { type Io, print } from "./io.ts";
import { requireWritable, writeTextFile } from "./output.ts";
import { formatTable } from "./table.ts";

interface Shown {
  readonly version: number;
  readonly since: string;
  readonly digest: string;
  readonly text: string;
  readonly states: readonly { readonly state: string; readonly signed: string | null; readonly until: string | null }[];
}

export function termsCommands(program: Command, io: Io): void {
  const terms = program.command("terms").description("the terms under which states take part");
  examples(withSession(terms.command("set <file>").description("set the terms, a text in Markdown (secretariat)")), [
    "serai terms set terms.md",
  ]).action(async (path: string, options: Common) => {
    const text = readTextFile(path);
    const done = await (await session(io, options)).json("PUT", "/v1/terms", { text });
    if (options.json === true) return print(io, done);
    io.out(
      `Terms version ${String(done["version"])} are in force: SHA-256 ${String(done["digest"])}.\nWho is a member has 30 days to sign them.\n`,
    );
  });
  examples(
    withSession(terms.command("show").description("the terms in force, and who signed them")).option(
      "--out <file>",
      "write the text to a file",
    ),
    ["serai terms show", "serai terms show --out terms.md"],
  ).action(async (options: Common & { readonly out?: string }) => {
    requireWritable(options.out);
    const shown = (await (await session(io, options)).json("GET", "/v1/terms")) as unknown as Shown; // the exchange's own answer
    if (options.out !== undefined) writeTextFile(options.out, shown.text);
    if (options.json === true) return print(io, shown);
    const rows = shown.states.map(({ state, signed, until }) => [
      state,
      signed ?? "no",
      signed === null ? (until ?? "now") : "",
    ]);
    if (options.out === undefined) io.out(`${shown.text.trimEnd()}\n\n`);
    io.out(`Version ${shown.version}, since ${shown.since}, SHA-256 ${shown.digest}.\n\n`);
    io.out(formatTable(["state", "signed", "nothing from"], rows));
  });
  examples(
    withSession(
      terms.command("sign [file]").description("sign the terms for your state with your client's key (steward)"),
    ),
    ["serai terms show --out terms.md", "serai terms sign terms.md"],
  ).action(async (path: string | undefined, options: Common) => {
    const own = await session(io, options);
    const shown = (await own.json("GET", "/v1/terms")) as unknown as Shown; // as above
    // What is signed is what was read, whatever the exchange says it is.
    const digest = formatHex(sha256(utf8(path === undefined ? shown.text : readTextFile(path))));
    if (digest !== shown.digest)
      throw new Refusal(
        "invalid",
        path === undefined
          ? "The exchange shows another text than its digest says."
          : `${path} is not the text in force: show it again, and read it.`,
      );
    const signature = await own.signTerms({ version: shown.version, digest });
    const done = await own.json("POST", "/v1/terms/signature", { signature });
    if (options.json === true) return print(io, done);
    io.out(`${String(done["state"])} has signed version ${String(done["version"])}: SHA-256 ${digest}.\n`);
  });
}
