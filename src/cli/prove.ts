// serai policy prove: whether a sentence about one's policy holds of everything that could be contributed, or a contribution by
// which it does not, which serai preview tells the same of.
import type { Command } from "commander";
import { isObject, type JsonObject } from "../encoding/json.ts";
import { type Common, examples, session, withSession } from "./command.ts";
import { readJsonFile } from "./input.ts";
import { exit, type Io, print } from "./io.ts";
import { requireWritable, writeTextFile } from "./output.ts";

interface ProveOptions extends Common {
  readonly policy?: string;
  readonly out?: string;
}

export function proveCommand(policy: Command, io: Io, leave: (code: number) => void): void {
  examples(
    withSession(
      policy
        .command("prove <claim>")
        .description("whether a sentence about your policy holds, or what breaks it (steward)"),
    )
      .option("--policy <file>", "a policy that is not in force")
      .option("--out <file>", "where to write the contribution that breaks the claim"),
    [
      'serai policy prove "XX never receives label national-infrastructure"',
      'serai policy prove "nothing amber or stricter leaves without approval" --policy next.json',
      'serai policy prove "rule partners late is never used"',
    ],
  ).action(async (claim: string, options: ProveOptions) => {
    requireWritable(options.out);
    const own = await session(io, options);
    const document = options.policy === undefined ? {} : { policy: readJsonFile(options.policy) };
    const proved = (await own.json("POST", "/v1/policy/prove", { claim, ...document })) as unknown as JsonObject; // its answer
    const broken = isObject(proved["counterexample"]) ? proved["counterexample"] : null;
    if (options.out !== undefined && broken !== null)
      writeTextFile(options.out, `${JSON.stringify(broken["bundle"], null, 2)}\n`);
    if (options.json === true) print(io, proved);
    else io.out(formatProved(proved, broken));
    if (proved["holds"] !== true) leave(exit.unproved);
  });
}

function formatProved(proved: JsonObject, broken: JsonObject | null): string {
  const lines = [`${String(proved["sentence"])}: ${proved["holds"] === true ? "holds." : "does not hold."}`];
  const over = proved["over"];
  if (isObject(over)) {
    const recipients = (over["recipients"] as readonly string[]).join(", "); // the exchange's own answer, as below
    lines.push(
      `Proved over ${String(over["rules"])} rules and anything that could be contributed, for ${recipients === "" ? "nobody" : recipients}.`,
    );
    if (over["vacuous"] === true) lines.push("It says nothing: there is nothing, or nobody, that it speaks of.");
  }
  if (broken !== null) {
    const { decision, instruction } = broken;
    const basis = isObject(decision) && isObject(decision["basis"]) ? decision["basis"] : {};
    lines.push(
      `${String(broken["recipient"])} and this contribution into ${String(broken["collection"])}, for one:`,
      JSON.stringify(broken["bundle"], null, 2),
      ...(isObject(instruction) && Object.keys(instruction).length > 0
        ? [`with the instruction ${JSON.stringify(instruction)}`]
        : []),
      `are decided ${isObject(decision) && decision["offered"] === true ? "yes" : "no"}: ${JSON.stringify(basis)}`,
    );
  }
  const assuming = proved["assuming"] as readonly JsonObject[];
  return `${[...lines, ...assuming.map((one) => `Assuming ${JSON.stringify(one)}.`)].join("\n")}\n`;
}
