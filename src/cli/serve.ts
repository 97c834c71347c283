// serai init, migrate, serve: the commands on the database, for the operator.
import type { Command } from "commander";
import { cicaMembers } from "../directory/cica.ts";
import { findParty } from "../directory/directory.ts";
import { addStateAs } from "../exchange/add-state.ts";
import { openBooks } from "../node/books.ts";
import { openNode } from "../node/open.ts";
import { readMigrations } from "../node/migrations.ts";
import { serveNode } from "../node/serve.ts";
import { readSettings, type Settings, urlOf } from "../node/settings.ts";
import { Refusal } from "../refusal.ts";
import { openLog } from "../telemetry/log.ts";
import { examples, withJson } from "./command.ts";
import { type Io, print } from "./io.ts";
import { now } from "../node/clock.ts";

interface InitOptions {
  readonly members?: string;
  readonly json?: boolean;
}

export function databaseCommands(program: Command, io: Io): void {
  const own = (): void => void process.umask(0o077); // the books hold content and salts: for their owner alone

  examples(
    withJson(
      program.command("init").description("make the database, the keys and the secretariat's first client"),
    ).option("--members <set>", "admit a set of member states: cica"),
    ["DATABASE_URL=sqlite:data/serai.db EXCHANGE_URL=https://exchange.example serai init --members cica"],
  ).action(async (options: InitOptions) => {
    own();
    await init(io, options);
  });
  examples(withJson(program.command("migrate").description("apply migrations to the database")), [
    "DATABASE_URL=sqlite:data/serai.db serai migrate",
  ]).action(async (options: { json?: boolean }) => {
    own();
    const engine = openBooks(readSettings(io.env).database);
    const applied = await engine.migrate(readMigrations("sqlite")).finally(() => engine.close());
    if (options.json === true) print(io, { applied });
    else io.out(applied.length === 0 ? "Nothing to migrate.\n" : `Applied ${applied.join(", ")}.\n`);
  });
  examples(withJson(program.command("serve").description("serve the exchange until interrupted")), [
    "PORT=8787 DATABASE_URL=sqlite:data/serai.db serai serve",
  ]).action(async (options: { json?: boolean }) => {
    own();
    await serveUntilInterrupted(io, options);
  });
}

async function init(io: Io, options: InitOptions): Promise<void> {
  if (options.members !== undefined && options.members !== "cica")
    throw new Refusal("invalid-request", `There is no set of members "${options.members}"; there is cica.`);
  openLog({ write: (line) => io.err(`${line}\n`), clock: now, lowestLevel: "warning" });
  const settings = readSettings(io.env);
  const opened = await openNode(settings, urlForInit(settings));
  const admitted: string[] = [];
  if (options.members === "cica") {
    for (const member of cicaMembers) {
      const { directory } = await opened.exchange.directory();
      if (findParty(directory, member.code) !== null) continue;
      await addStateAs(opened.exchange, "operator", {
        registration: { ...member, identities: [], networks: [] },
        identities: [],
      });
      admitted.push(member.code);
    }
  }
  const { directory } = await opened.exchange.directory();
  const first = directory.parties.some((party) => party.kind === "state") ? "" : "serai state add KZ; then ";
  await opened.exchange.store.close();
  if (options.json === true) return print(io, { made: opened.made, admitted, client: opened.clientFile });
  for (const sentence of opened.made) io.out(`${sentence}\n`);
  if (admitted.length > 0) io.out(`Members: ${admitted.join(", ")}.\n`);
  io.out(
    `Next: serai serve; then SERAI_CLIENT=${opened.clientFile} ${first}serai client add kz-steward --state KZ --role steward\n`,
  );
}

/** Client files name the exchange: a port that is chosen later cannot stand in them. */
function urlForInit(settings: Settings): string {
  if (settings.url === null && settings.port === 0)
    throw new Refusal("invalid", "With PORT=0 the EXCHANGE_URL has to be set.", { subject: "EXCHANGE_URL" });
  return urlOf(settings, settings.port);
}

async function serveUntilInterrupted(io: Io, options: { json?: boolean }): Promise<void> {
  openLog({ write: (line) => io.err(`${line}\n`), clock: now, lowestLevel: "info" });
  const served = await serveNode(readSettings(io.env));
  if (options.json === true)
    print(io, {
      url: served.url,
      apiRoot: served.exchange.apiRoot,
      made: served.opened.made,
      client: served.opened.clientFile,
    });
  else {
    for (const sentence of served.opened.made) io.out(`${sentence}\n`);
    if (served.opened.made.length > 0)
      io.out(
        `Next: SERAI_CLIENT=${served.opened.clientFile} serai state add KZ; then client add kz-steward --state KZ --role steward\n`,
      );
    io.out(`Serving ${served.url} (TAXII discovery at ${served.url}/taxii2/). Interrupt to stop.\n`);
  }
  await io.interrupted();
  await served.stop();
}
