// serai preview FILE: who would be offered what if the file were contributed now, and what may be a mistake.
import type { Command } from "commander";
import type { Previewed } from "../exchange/preview.ts";
import { languages } from "../messages/messages.ts";
import { type Common, examples, session, withSession } from "./command.ts";
import { counted } from "./count.ts";
import { formatExplained, postedBody } from "./explain.ts";
import { type Io, print } from "./io.ts";

interface PreviewOptions extends Common {
  readonly collection: string;
  readonly to?: string;
  readonly language?: string;
}

export function previewCommand(program: Command, io: Io): void {
  examples(
    withSession(program.command("preview <file>").description("who would be offered a file, and what may be a mistake"))
      .option("--collection <alias>", "the collection it would go to", "threat-reports")
      .option("--to <codes>", "as if contributed with --to")
      .option("--language <tag>", `of the sentences: ${languages.join(", ")}`),
    ["serai preview report.json", "serai preview report.json --to TR --language ru"],
  ).action(async (file: string, { language, ...options }: PreviewOptions) => {
    const own = await session(io, options);
    const body = postedBody(file, options);
    const response = await own.request("POST", "/v1/preview", {
      body,
      ...(language === undefined ? {} : { language }),
    });
    const previewed = (await response.json()) as Previewed; // the exchange's own answer
    if (options.json === true) return print(io, previewed);
    io.out(formatPreviewed(previewed));
  });
}

/** The table of explain, then each warning once with what it is about. */
export function formatPreviewed(previewed: Previewed): string {
  const about = new Map<string, string[]>();
  for (const { id, warnings } of previewed.objects)
    for (const { pointer, sentence } of warnings)
      about.set(sentence, [...(about.get(sentence) ?? []), pointer === "" ? id : `${id} ${pointer}`]);
  const warned = [...about].map(([sentence, places]) => `! ${sentence}\n${places.map((at) => `    ${at}\n`).join("")}`);
  const approvals =
    previewed.approvals === 0
      ? ""
      : `It would wait until ${counted(previewed.approvals, "contact")} of your state approved it.\n`;
  return `${formatExplained(previewed)}${approvals}${warned.join("")}`;
}
