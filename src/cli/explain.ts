// serai explain FILE|ID: to whom one's objects are offered, and why.
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { isIdentifier } from "../stix/object.ts";
import type { Explained } from "../exchange/explain.ts";
import { type Common, examples, session, withSession } from "./command.ts";
import { codesIn, readObjectsFile } from "./input.ts";
import { type Io, print } from "./io.ts";
import type { Session } from "./session.ts";
import { formatTable } from "./table.ts";

interface ExplainOptions extends Common {
  readonly collection?: string;
  readonly to?: string;
}

const marks = {
  whole: "yes",
  later: "later",
  reduced: "reduced",
  unattributed: "unattributed",
  no: "no",
} as const;

/** What the exchange says of an object in its books, or of a file that is not posted. */
export async function explain(
  own: Session,
  subject: string,
  options: { collection?: string | undefined; to?: string | undefined },
): Promise<Explained> {
  if (isIdentifier(subject) && !existsSync(subject))
    return (await own.json("GET", `/v1/objects/${encodeURIComponent(subject)}/audience`)) as unknown as Explained; // its own answer
  const response = await own.request("POST", "/v1/explain", { body: postedBody(subject, options) });
  return (await response.json()) as Explained; // as above
}

/** A file's objects with where they would go, as the exchange is asked about them. */
export function postedBody(
  file: string,
  { collection = "threat-reports", to }: { collection?: string | undefined; to?: string | undefined },
): string {
  const instruction = to === undefined ? "" : `"instruction":${JSON.stringify({ to: codesIn(to) })},`;
  return `{"collection":${JSON.stringify(collection)},${instruction}"objects":[${readObjectsFile(file).join(",")}]}`;
}

export function explainCommand(program: Command, io: Io): void {
  examples(
    withSession(program.command("explain <file-or-id>").description("who is offered an object of yours, and why"))
      .option("--collection <alias>", "the collection a file would go to", "threat-reports")
      .option("--to <codes>", "as if contributed with --to"),
    ["serai explain report.json --collection threat-reports", "serai explain indicator--f1b1…"],
  ).action(async (subject: string, options: ExplainOptions) => {
    const explained = await explain(await session(io, options), subject, options);
    if (options.json === true) return print(io, explained);
    io.out(formatExplained(explained));
  });
}

/** Object × party, then each basis once in a sentence. */
export function formatExplained(explained: Explained): string {
  const parties = explained.objects[0]?.cells.map((cell) => cell.party) ?? [];
  const sentences: string[] = [];
  const numberOf = (sentence: string): number => {
    if (!sentences.includes(sentence)) sentences.push(sentence);
    return sentences.indexOf(sentence) + 1;
  };
  // An id may stand in several collections; where all stand in one, its name is nothing new.
  const several = new Set(explained.objects.map((object) => object.collection)).size > 1;
  const rows = explained.objects.map((object) => [
    object.hangsOnOthers ? `${object.id} *` : object.id,
    ...(several ? [object.collection] : []),
    object.level,
    ...object.cells.map((cell) => `${marks[cell.answer]} [${numberOf(cell.sentence)}]`),
  ]);
  const notes = sentences.map((sentence, i) => `[${i + 1}] ${sentence}`);
  if (explained.objects.some((object) => object.hangsOnOthers))
    notes.push("*   Some of them may not get it: that hangs on what others share with them.");
  const failures = explained.failures.map((failure) => `${failure.id}: ${failure.message}`);
  return `${formatTable(["object", ...(several ? ["collection"] : []), "TLP", ...parties], rows)}\n${[...notes, ...failures].join("\n")}\n`;
}
