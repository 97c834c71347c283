// serai approvals list, approve, withdraw: what waits until contacts of one's state approved it.
import type { Command } from "commander";
import type { Waiting } from "../exchange/approvals.ts";
import type { Approved } from "../exchange/approve.ts";
import { Refusal } from "../refusal.ts";
import { type Common, examples, session, withSession } from "./command.ts";
import { counted } from "./count.ts";
import { type Io, print } from "./io.ts";
import type { Session } from "./session.ts";
import { formatTable } from "./table.ts";

async function waitingOf(own: Session): Promise<readonly Waiting[]> {
  const { waiting } = await own.json("GET", "/v1/contributions?waiting");
  return waiting as unknown as readonly Waiting[]; // the exchange's own answer
}

/** Where an act on what waits under this id goes. */
async function pathOf(own: Session, id: string): Promise<string> {
  const one = (await waitingOf(own)).find((waits) => waits.id === id);
  if (one === undefined)
    throw new Refusal("not-found", "Nothing of your state waits under this id: serai approvals list.");
  return `/v1/${one.kind === "policy" ? "policy/changes" : "contributions"}/${encodeURIComponent(id)}`;
}

export function approvalCommands(program: Command, io: Io): void {
  const approvals = program.command("approvals").description("what waits for the approval of your state's contacts");
  examples(withSession(approvals.command("list").description("contributions and changes of policy that wait")), [
    "serai approvals list",
    "serai approvals list --json",
  ]).action(async (options: Common) => {
    const waiting = await waitingOf(await session(io, options));
    if (options.json === true) return print(io, { waiting });
    if (waiting.length === 0) return io.out("Nothing waits.\n");
    const rows = waiting.map(({ id, kind, by, at, needed, approved, collection, count }) => [
      id,
      kind === "policy" ? "policy" : `${counted(count ?? 0, "object")} in ${collection ?? ""}`,
      by,
      at,
      `${approved.length} of ${needed}`,
    ]);
    io.out(formatTable(["id", "what", "by", "since", "approved"], rows));
  });
  examples(
    withSession(
      program.command("approve <id>").description("approve what another contact of your state wants to share"),
    ),
    ["serai approve 8d2f… --client kz-second.json", "serai approve 8d2f… --json"],
  ).action(async (id: string, options: Common) => {
    const own = await session(io, options);
    const done = await own.json("POST", `${await pathOf(own, id)}/approval`);
    if (options.json === true) return print(io, done);
    const { approved, needed, complete } = done as unknown as Approved; // as above
    io.out(
      complete
        ? `Approved by ${approved.join(", ")}: it is in force.\n`
        : `Approved by ${approved.join(", ")}; it waits for ${needed - approved.length} more.\n`,
    );
  });
  examples(
    withSession(program.command("withdraw <id>").description("withdraw what waits for approval; nobody was given it")),
    ["serai withdraw 8d2f…", "serai withdraw 8d2f… --json"],
  ).action(async (id: string, options: Common) => {
    const own = await session(io, options);
    const done = await own.json("POST", `${await pathOf(own, id)}/withdrawal`);
    if (options.json === true) return print(io, done);
    io.out(`${id} is withdrawn.\n`);
  });
}
