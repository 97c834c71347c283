// serai policy set|show|simulate|prove|history|confirm: the sharing policy of one's state.
import type { Command } from "commander";
import type { Json } from "../encoding/json.ts";
import type { Simulated } from "../exchange/simulate-policy.ts";
import { type Common, examples, session, withSession } from "./command.ts";
import { counted } from "./count.ts";
import { readJsonFile } from "./input.ts";
import { type Io, print } from "./io.ts";
import { proveCommand } from "./prove.ts";
import { formatTable } from "./table.ts";

interface Version {
  readonly version: number;
  readonly since: string;
  readonly document: Json;
}

interface Simulation extends Pick<Simulated, "objects" | "parties"> {
  readonly warnings: readonly string[];
}

export function policyCommands(program: Command, io: Io, leave: (code: number) => void): void {
  const policy = program.command("policy").description("your state's sharing policy");
  examples(withSession(policy.command("set <file>").description("set the policy (steward)")), [
    "serai policy set policy.json",
  ]).action(async (path: string, options: Common) => {
    const document = readJsonFile(path);
    const done = await (await session(io, options)).json("PUT", "/v1/policy", document);
    if (options.json === true) return print(io, done);
    if (done["waits"] !== undefined) {
      io.out(`It waits for ${counted(Number(done["waits"]), "contact")}: serai approve ${String(done["id"])}\n`);
      for (const warning of done["warnings"] as readonly string[]) io.out(`Note: ${warning}\n`);
      return;
    }
    const decided = Number(done["decided"]);
    io.out(
      `Policy version ${String(done["version"])} is in force; ${decided} of your objects ${decided === 1 ? "was" : "were"} decided again.\n`,
    );
    for (const warning of done["warnings"] as readonly string[]) io.out(`Note: ${warning}\n`);
  });
  examples(
    withSession(
      policy
        .command("simulate <file>")
        .description("what a policy would newly give, end or change for your objects; nothing is set (steward)"),
    ),
    ["serai policy simulate policy.json", "serai policy simulate policy.json --json"],
  ).action(async (path: string, options: Common) => {
    const document = readJsonFile(path);
    const done = await (await session(io, options)).json("POST", "/v1/policy/simulate", document);
    if (options.json === true) return print(io, done);
    io.out(formatSimulated(done as unknown as Simulation)); // the exchange's own answer
  });
  proveCommand(policy, io, leave);
  examples(withSession(policy.command("history").description("all versions of the policy (steward, contributor)")), [
    "serai policy history",
    "serai policy history --json",
  ]).action(async (options: Common) => {
    const { versions } = await (await session(io, options)).json("GET", "/v1/policy/versions");
    if (options.json === true) return print(io, { versions });
    for (const { version, since, document } of versions as unknown as readonly Version[])
      io.out(`Version ${version}, since ${since}.\n${JSON.stringify(document, null, 2)}\n`);
  });
  examples(
    withSession(
      policy
        .command("confirm <code>")
        .description("let a state have what you contributed before it joined (steward; the policy's grow: ask)"),
    ),
    ["serai policy confirm UZ"],
  ).action(async (state: string, options: Common) => {
    const done = await (await session(io, options)).json("POST", "/v1/policy/confirmations", { state });
    if (options.json === true) return print(io, done);
    const decided = Number(done["decided"]);
    io.out(
      `${state} is confirmed: what your rules give it reaches back to before it joined; ${decided} of your objects ${decided === 1 ? "was" : "were"} decided again.\n`,
    );
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

/** A row for each party for which something would change, then ids as examples. */
function formatSimulated({ objects, parties, warnings }: Simulation): string {
  const touched = parties.filter(({ gained, lost, changed }) => gained.count + lost.count + changed.count > 0);
  const notes = warnings.map((warning) => `Note: ${warning}\n`).join("");
  if (touched.length === 0) return `Of ${objects} live objects none would go to anybody else or otherwise.\n${notes}`;
  const rows = touched.map(({ party, gained, lost, changed }) => [
    party,
    String(gained.count),
    String(lost.count),
    String(changed.count),
    [...gained.examples.map((id) => `+${id}`), ...lost.examples.map((id) => `-${id}`)].slice(0, 2).join(" "),
  ]);
  return `${formatTable(["party", "gains", "loses", "otherwise", "such as"], rows)}\n${notes}`;
}
