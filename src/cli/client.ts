// serai client add|list|revoke: the machines and programs of a party, with their keys.
import { existsSync, rmSync } from "node:fs";
import type { Command } from "commander";
import { generateKey, parsePublicJwk, publicJwk } from "../auth/key.ts";
import { formatClientFile } from "../node/client-file.ts";
import { writeSecret } from "../node/files.ts";
import { Refusal } from "../refusal.ts";
import { type Common, examples, session, withSession } from "./command.ts";
import { readJsonFile } from "./input.ts";
import { type Io, print } from "./io.ts";
import { Answered } from "./session.ts";
import { formatTable } from "./table.ts";

interface AddOptions extends Common {
  readonly role: string;
  readonly state?: string;
  readonly replace?: boolean;
  readonly cleared?: boolean;
  readonly reach?: string;
  readonly key?: string;
  readonly out?: string;
}

export function clientCommands(program: Command, io: Io): void {
  const client = program.command("client").description("clients of your party");
  examples(
    withSession(client.command("add <id>").description("register a client; makes its key unless one is given"))
      .requiredOption("--role <role>", "contributor, analyst or steward")
      .option("--state <code>", "the state (secretariat: a state's first steward)")
      .option("--replace", "secretariat: end the state's stewards, whose keys are lost, and appoint this one")
      .option("--cleared", "may have TLP:RED")
      .option("--reach <reach>", "organisation, customers, community or public")
      .option("--key <file>", "public key (JWK) of a key pair made elsewhere")
      .option("--out <file>", "where the client file goes (default: ID.json)"),
    [
      "serai client add kz-feed --role analyst --out kz-feed.json",
      "serai client add kz-steward --state KZ --role steward --client secretariat.json",
      "serai client add kz-steward-2 --state KZ --role steward --replace --client secretariat.json",
    ],
  ).action(async (id: string, options: AddOptions) => addClient(io, id, options));
  examples(withSession(client.command("list").description("clients of your party (steward, secretariat)")), [
    "serai client list --client kz-steward.json",
    "serai client list --json",
  ]).action(async (options: Common) => {
    const { clients } = await (await session(io, options)).json("GET", "/v1/clients");
    if (options.json === true) return print(io, { clients });
    const rows = (
      clients as readonly { id: string; role: string; cleared: boolean; reach: string; revoked: boolean }[]
    ).map((one) => [one.id, one.role, one.cleared ? "cleared" : "", one.reach, one.revoked ? "revoked" : "active"]);
    io.out(formatTable(["client", "role", "red", "reach", "state"], rows));
  });
  examples(withSession(client.command("revoke <id>").description("end a client at once (steward, secretariat)")), [
    "serai client revoke kz-feed --client kz-steward.json",
  ]).action(async (id: string, options: Common) => {
    const done = await (await session(io, options)).json("POST", `/v1/clients/${encodeURIComponent(id)}/revoke`, {});
    if (options.json === true) print(io, done);
    else io.out(`${id} is revoked: its tokens and keys open nothing any more.\n`);
  });
}

async function addClient(io: Io, id: string, options: AddOptions): Promise<void> {
  const own = await session(io, options);
  const made = options.key === undefined ? await generateKey("ES256") : null;
  const key = made === null ? readPublicKey(options.key ?? "") : publicJwk(made);
  const party = options.state ?? own.file.state;
  const out = options.out ?? `${id}.json`;
  if (made !== null && existsSync(out))
    throw new Refusal("conflict", `${out} is there already and is not overwritten: name another file with --out.`);
  // The file comes first: a client whose key was lost could never be used, nor its id again.
  if (made !== null)
    writeSecret(out, formatClientFile({ exchange: own.url, client: id, state: party, role: options.role, key: made }));
  const registration = {
    id,
    party,
    role: options.role,
    name: id,
    cleared: options.cleared === true,
    ...(options.reach === undefined ? {} : { reach: options.reach }),
    ...(options.replace === true ? { replaces: true } : {}),
    keys: [key],
  };
  let added: Record<string, unknown>;
  try {
    added = await own.json("POST", "/v1/clients", registration);
  } catch (error) {
    // A no of the exchange is certain; after a lost answer the key may be registered, and its file stays.
    if (made !== null && error instanceof Answered) rmSync(out, { force: true });
    throw error;
  }
  if (options.json === true) print(io, { ...added, ...(made === null ? {} : { file: out }) });
  else
    io.out(
      made === null
        ? `${id} is registered with the key ${key.kid}.\n`
        : `${id} is registered. Its client file is ${out} (it holds the private key).\n`,
    );
}

function readPublicKey(path: string) {
  try {
    return parsePublicJwk(readJsonFile(path));
  } catch (cause) {
    if (!(cause instanceof Refusal) || cause.message.includes(path)) throw cause;
    throw new Refusal(cause.code, `${path} holds no public key (JWK): ${cause.message}`, { cause });
  }
}
