// serai contribute FILE: posts a bundle, an envelope or an object. Over TAXII, or with an instruction over the exchange's own
// endpoint.
import type { Command } from "commander";
import { CONTENT_LENGTH_MAX, formatEnvelope, OBJECTS_MAX } from "../taxii/envelope.ts";
import { taxiiMediaType } from "../taxii/media-type.ts";
import { parseStatus, type Status } from "../taxii/status.ts";
import { writeFileSync } from "node:fs";
import { type Common, examples, session, withSession } from "./command.ts";
import { chunksOf, readObjectsFile } from "./input.ts";
import { exit, type Io, print } from "./io.ts";
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
    const own = await session(io, options);
    const statuses: Status[] = [];
    for (const chunk of chunksOf(readObjectsFile(path), OBJECTS_MAX, CONTENT_LENGTH_MAX - ENVELOPE_LENGTH))
      statuses.push(await post(own, chunk, options));
    const receipts = statuses.flatMap((status) => status.x_serai_receipt ?? []);
    if (options.receipt !== undefined) writeFileSync(options.receipt, receipts.join("\n"));
    tell(io, statuses, options);
    if (statuses.some((status) => status.failure_count > 0)) leave(exit.refused);
  });
}

async function post(own: Session, objects: readonly string[], options: ContributeOptions): Promise<Status> {
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
          body: `{"collection":${JSON.stringify(options.collection)},"instruction":${JSON.stringify({ to: options.to.split(",") })},${envelope.slice(1)}`,
        });
  return parseStatus(await response.text());
}

function tell(io: Io, statuses: readonly Status[], options: ContributeOptions): void {
  if (options.json === true) return statuses.forEach((status) => print(io, status));
  for (const status of statuses) {
    io.out(`${status.success_count} of ${status.total_count} objects are in (status ${status.id}).\n`);
    for (const failure of status.failures) io.err(`${failure.id}: ${failure.message ?? "refused"}\n`);
  }
}
