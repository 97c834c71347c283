// serai recall|acknowledge|attest|deliveries: what becomes of a contribution after it is in the books.
import type { Command } from "commander";
import type { VersionDelivered } from "../exchange/deliveries.ts";
import type { Held } from "../exchange/review-intake.ts";
import { recallReasons } from "../exchange/recall-reasons.ts";
import { type Common, examples, session, withSession } from "./command.ts";
import { counted } from "./count.ts";
import { type Io, print } from "./io.ts";
import { formatTable } from "./table.ts";

const objectPath = (id: string, act: string): string => `/v1/objects/${encodeURIComponent(id)}/${act}`;

interface RecallOptions extends Common {
  readonly reason: string;
  readonly version?: string;
  readonly collection?: string;
  readonly erase?: boolean;
}

export function lifeCommands(program: Command, io: Io): void {
  recallCommand(program, io);
  answerCommand(program, io, {
    name: "acknowledge",
    path: "acknowledgement",
    description: "tell the contributor of an object that you have it",
    example: "serai acknowledge indicator--f1b1… --client tr-analyst.json",
    done: "acknowledged",
  });
  answerCommand(program, io, {
    name: "attest",
    path: "attestation",
    description: "attest to the contributor of an object that ended that you deleted what you had of it",
    example: "serai attest indicator--f1b1… --client tr-analyst.json",
    done: "attested to be deleted",
  });
  deliveriesCommand(program, io);
  intakeCommands(program, io);
}

function intakeCommands(program: Command, io: Io): void {
  const intake = program.command("intake").description("what your state holds of what others give it");
  examples(withSession(intake.command("list").description("what waits for a contact of your state to take it")), [
    "serai intake list",
    "serai intake list --json",
  ]).action(async (options: Common) => {
    const done = await (await session(io, options)).json("GET", "/v1/intake");
    if (options.json === true) return print(io, done);
    const held = done["held"] as unknown as readonly Held[]; // the exchange's own answer
    if (held.length === 0) return io.out("Nothing is held.\n");
    const rows = held.map((one) => [one.id, one.from, one.type, one.level ?? "-", one.since, one.object ?? "-"]);
    io.out(formatTable(["id", "from", "type", "TLP", "since", "object"], rows));
  });
  for (const verdict of ["take", "refuse"] as const)
    examples(
      withSession(
        intake
          .command(`${verdict} <id>`)
          .description(verdict === "take" ? "take it in: it is released to your state now" : "never take it in"),
      ),
      [`serai intake ${verdict} 3b9c…`, `serai intake ${verdict} 3b9c… --json`],
    ).action(async (id: string, options: Common) => {
      const done = await (await session(io, options)).json("POST", `/v1/intake/${encodeURIComponent(id)}`, { verdict });
      if (options.json === true) return print(io, done);
      io.out(`${id} is ${verdict === "take" ? "taken" : "refused"}.\n`);
    });
}

interface AnswerWords {
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly example: string;
  readonly done: string;
}

function answerCommand(program: Command, io: Io, words: AnswerWords): void {
  examples(withSession(program.command(`${words.name} <id>`).description(words.description)), [
    words.example,
    `serai ${words.name} note--0c5e… --json`,
  ]).action(async (id: string, options: Common) => {
    const done = await (await session(io, options)).json("POST", objectPath(id, words.path));
    if (options.json === true) return print(io, done);
    const { versions, at } = done as unknown as Answered; // the exchange's own answer
    io.out(`${counted(versions.length, "version")} of ${id} ${words.done}, at ${at}.\n`);
  });
}

interface Answered {
  readonly versions: readonly string[];
  readonly at: string;
}

function deliveriesCommand(program: Command, io: Io): void {
  examples(
    withSession(
      program
        .command("deliveries <id>")
        .description("what became of an object of yours: offered, pulled, acknowledged"),
    ),
    ["serai deliveries indicator--f1b1…", "serai deliveries indicator--f1b1… --json"],
  ).action(async (id: string, options: Common) => {
    const done = await (await session(io, options)).json("GET", objectPath(id, "deliveries"));
    if (options.json === true) return print(io, done);
    io.out(formatDeliveries(done["versions"] as unknown as readonly VersionDelivered[])); // as above
  });
}

function formatDeliveries(versions: readonly VersionDelivered[]): string {
  return versions
    .map(({ version, collection, recalled, erased, states }) => {
      const head = `${version} in ${collection}${recalled === null ? "" : `, recalled ${recalled.at} (${recalled.reason})`}`;
      if (states.length === 0) return `${head}\n${erased ? "Erased; nobody answered." : "Offered to nobody."}\n`;
      const rows = states.map((one) => [
        one.party,
        one.offered ?? "-",
        one.pulled ?? "-",
        one.acknowledged ?? "-",
        one.notice ?? "-",
        one.attested ?? "-",
      ]);
      return `${head}\n${formatTable(["state", "offered", "pulled", "acknowledged", "notice", "attested"], rows)}`;
    })
    .join("\n");
}

function recallCommand(program: Command, io: Io): void {
  examples(
    withSession(
      program
        .command("recall <id>")
        .description("end every release of an object of yours; who was given it is told, and asked to attest"),
    )
      .requiredOption("--reason <phrase>", `one of ${recallReasons.join(", ")}`)
      .option("--version <timestamp>", "this version alone")
      .option("--collection <alias>", "from this collection alone")
      .option("--erase", "and destroy what the exchange holds of it, also of what was recalled before"),
    [
      "serai recall indicator--f1b1… --reason false-positive",
      "serai recall report--0c5e… --reason wrong-marking --version 2026-11-02T08:00:00Z --json",
    ],
  ).action(async (id: string, options: RecallOptions) => {
    const { reason, version, collection, erase } = options;
    const body = {
      reason,
      ...(version === undefined ? {} : { version }),
      ...(collection === undefined ? {} : { collection }),
      ...(erase === true ? { erase } : {}),
    };
    const done = await (await session(io, options)).json("POST", objectPath(id, "recall"), body);
    if (options.json === true) return print(io, done);
    io.out(
      `${counted(Number(done["recalled"]), "version")} of ${id} recalled${erase === true ? " and erased" : ""}.\n`,
    );
  });
}
