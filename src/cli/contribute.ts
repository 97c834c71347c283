// serai contribute FILE: posts a bundle, an envelope or an object. Over TAXII, or with an instruction over the exchange's own
// endpoint.
import type { Command } from "commander";
import { CONTENT_LENGTH_MAX, formatEnvelope, OBJECTS_MAX } from "../taxii/envelope.ts";
import { taxiiMediaType } from "../taxii/media-type.ts";
import { parseStatus, type Status } from "../taxii/status.ts";
import { type Common, examples, session, withSession } from "./command.ts";
import { counted } from "./count.ts";
import { chunksOf, codesIn, readObjectsFile } from "./input.ts";
import { exit, type Io } from "./io.ts";
import { requireWritable, writeTextFile } from "./output.ts";
import type { Session } from "./session.ts";

/** Room for the envelope around its objects. */
const ENVELOPE_LENGTH = 1_000;

interface ContributeOptions extends Common {
  readonly collection: string;
  readonly to?: string;
  readonly receipt?: string;
}

export function contributeCommand(program: Command, io: Io, leave: (code: number) => void): void {
  examples(
    withSession(program.command("contribute <file>").description("post a bundle, an envelope or one object"))
      .requiredOption("--collection <alias>", "alias or id of the collection")
      .option("--to <codes>", "only to these states, by a rule that shares with `named`: TR,UZ")
      .option("--receipt <file>", "write the receipts here"),
    [
      "serai contribute report.json --collection threat-reports",
      "serai contribute red.json --collection threat-reports --to TR --receipt red.receipt",
    ],
  ).action(async (path: string, options: ContributeOptions) => {
    const chunks = chunksOf(readObjectsFile(path), OBJECTS_MAX, CONTENT_LENGTH_MAX - ENVELOPE_LENGTH);
    requireWritable(options.receipt);
    const own = await session(io, options);
    const posted: Posted[] = [];
    for (const chunk of chunks) posted.push(await post(own, chunk, options));
    const receipts = posted.flatMap(({ status }) => status.x_serai_receipt ?? []);
    // First what was done, then its receipts: a disk that is full must not hide the one behind the other.
    tell(io, posted, options);
    if (options.receipt !== undefined) writeTextFile(options.receipt, receipts.join("\n"));
    if (posted.some(({ status }) => status.failure_count > 0)) leave(exit.refused);
  });
}

/** A status, and the text of the resource as the exchange sent it. */
interface Posted {
  readonly status: Status;
  readonly text: string;
}

async function post(own: Session, objects: readonly string[], options: ContributeOptions): Promise<Posted> {
  const collection = encodeURIComponent(options.collection);
  const envelope = formatEnvelope(objects, null);
  const response =
    options.to === undefined
      ? await own.request("POST", `/api/collections/${collection}/objects/`, {
          body: envelope,
          type: taxiiMediaType,
          taxii: true,
        })
      : await own.request("POST", "/v1/contributions", {
          body: `{"collection":${JSON.stringify(options.collection)},"instruction":${JSON.stringify({ to: codesIn(options.to) })},${envelope.slice(1)}`,
        });
  const text = (await response.text()).trim();
  return { status: parseStatus(text), text };
}

function tell(io: Io, posted: readonly Posted[], options: ContributeOptions): void {
  for (const { status, text } of posted) {
    if (options.json === true) {
      io.out(`${text}\n`);
      continue;
    }
    const { success_count: taken, total_count: total } = status;
    io.out(`${taken} of ${counted(total, "object")} taken in (status ${status.id}).\n`);
    for (const failure of status.failures) io.err(`${failure.id}: ${failure.message ?? "refused"}\n`);
  }
}
