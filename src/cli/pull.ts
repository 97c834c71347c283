// serai pull: what was released to one's state, page by page over TAXII.
import type { Command } from "commander";
import { parseEnvelopePage } from "../taxii/envelope.ts";
import { dateAddedLastHeader } from "../taxii/page.ts";
import { type Common, examples, session, withSession } from "./command.ts";
import { counted } from "./count.ts";
import type { Io } from "./io.ts";
import { requireWritable, writeTextFile } from "./output.ts";
import type { Session } from "./session.ts";
import { formatTable } from "./table.ts";

interface PullOptions extends Common {
  readonly collection: string;
  readonly after?: string;
  readonly limit: string;
  readonly versions?: string;
  readonly out?: string;
}

export interface Pulled {
  /** The objects' own texts, oldest release first. */
  readonly texts: readonly string[];
  readonly objects: readonly Record<string, unknown>[];
  readonly pages: number;
  /** Where to go on from. */
  readonly last: string | null;
}

/** Everything after a date in a collection. */
export async function pullAll(
  own: Session,
  options: { collection: string; after?: string | undefined; limit: string; versions?: string | undefined },
): Promise<Pulled> {
  const texts: string[] = [];
  const objects: Record<string, unknown>[] = [];
  let last: string | null = null;
  let next: string | null = null;
  let pages = 0;
  do {
    const query = new URLSearchParams({ limit: options.limit });
    if (options.after !== undefined) query.set("added_after", options.after);
    if (options.versions !== undefined) query.set("match[version]", options.versions);
    if (next !== null) query.set("next", next);
    const response = await own.request(
      "GET",
      `/api/collections/${encodeURIComponent(options.collection)}/objects/?${query}`,
      { taxii: true },
    );
    const page = parseEnvelopePage(new Uint8Array(await response.arrayBuffer()));
    for (const item of page.objects) {
      if (item.value === null) continue;
      texts.push(item.text);
      objects.push(item.value);
    }
    last = response.headers.get(dateAddedLastHeader) ?? last;
    next = page.next;
    pages += 1;
  } while (next !== null);
  return { texts, objects, pages, last };
}

export function pullCommand(program: Command, io: Io): void {
  examples(
    withSession(program.command("pull").description("pull what was released to your state"))
      .requiredOption("--collection <alias>", "alias or id of the collection")
      .option("--after <time>", "only what was added after this time")
      .option("--limit <n>", "objects a page", "1000")
      .option("--versions <which>", "last, first, all, or exact versions")
      .option("--out <file>", "write a STIX bundle here"),
    [
      "serai pull --collection threat-reports",
      "serai pull --collection threat-reports --after 2026-11-24T00:00:00Z --out new.json",
    ],
  ).action(async (options: PullOptions) => {
    requireWritable(options.out);
    const pulled = await pullAll(await session(io, options), options);
    // The objects' own texts in both: what was contributed is what comes out.
    const list = `"objects":[${pulled.texts.join(",")}]`;
    if (options.out !== undefined)
      writeTextFile(options.out, `{"type":"bundle","id":"bundle--${crypto.randomUUID()}",${list}}\n`);
    if (options.json === true)
      return io.out(`{${list},"pages":${pulled.pages},"last":${JSON.stringify(pulled.last)}}\n`);
    io.out(
      formatTable(
        ["type", "id", "name"],
        pulled.objects.map((object) => [String(object["type"]), String(object["id"]), nameOf(object)]),
      ),
    );
    io.out(
      `${counted(pulled.objects.length, "object")} on ${counted(pulled.pages, "page")}${pulled.last === null ? "" : `; go on with --after ${pulled.last}`}.\n`,
    );
  });
}

/** Text of others on a terminal: one line, without control characters. */
export function nameOf(object: Record<string, unknown>): string {
  const text = object["name"] ?? object["value"] ?? object["relationship_type"] ?? "";
  return [...String(text).replaceAll(/\p{C}/gu, "\u{fffd}")].slice(0, 60).join("");
}
