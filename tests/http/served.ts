// An exchange that listens on a port, with members registered over that port: for what only a connection shows.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKey, importSigningKey, publicJwk } from "../../src/auth/key.ts";
import { Session } from "../../src/cli/session.ts";
import { parseClientFile } from "../../src/node/client-file.ts";
import { serveNode, type Served } from "../../src/node/serve.ts";
import { readSettings } from "../../src/node/settings.ts";
import type { Json } from "../../src/encoding/json.ts";

export interface ServedStage {
  readonly served: Served;
  readonly url: string;
  readonly port: number;
  readonly secretariat: Session;
  /** A client of a state that was added on the way, by its role. */
  client(state: string, role: "steward" | "contributor" | "analyst"): Session;
  close(): Promise<void>;
}

export async function openServed(policies: Readonly<Record<string, Json>>): Promise<ServedStage> {
  const folder = mkdtempSync(join(tmpdir(), "serai-served-"));
  const served = await serveNode(readSettings({ PORT: "0", DATABASE_URL: `sqlite:${join(folder, "exchange.db")}` }));
  const { url, port } = served;
  const file = parseClientFile(readFileSync(served.opened.clientFile, "utf8"));
  const secretariat = new Session(file, await importSigningKey(file.key));
  const sessions = new Map<string, Session>();
  const add = async (by: Session, state: string, role: string, more: Json): Promise<void> => {
    const key = await generateKey("Ed25519");
    const id = `${state}-${role}`;
    const body = { id, name: id, role, keys: [{ ...publicJwk(key) }], ...(more as object) };
    await by.json("POST", "/v1/clients", body);
    sessions.set(id, new Session({ exchange: url, client: id, state, role, key }, await importSigningKey(key)));
  };
  const client = (state: string, role: string): Session => {
    const found = sessions.get(`${state}-${role}`);
    if (found === undefined) throw new TypeError(`${state} has no ${role}.`);
    return found;
  };
  for (const code of Object.keys(policies)) {
    await secretariat.json("POST", "/v1/states", { code, name: { en: code, ru: code, kk: code } });
    await add(secretariat, code, "steward", { party: code });
    for (const role of ["contributor", "analyst"]) await add(client(code, "steward"), code, role, {});
  }
  for (const [code, policy] of Object.entries(policies))
    await client(code, "steward").json("PUT", "/v1/policy", policy);
  return {
    served,
    url,
    port,
    secretariat,
    client,
    async close() {
      await served.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
