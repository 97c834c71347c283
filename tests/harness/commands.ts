// The commands as an operator and the states would type them, against a server that is another process.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../src/cli/run.ts";
import { openSession, type Session } from "../../src/cli/session.ts";
import type { Json } from "../../src/encoding/json.ts";
import type { Io } from "../../src/cli/io.ts";

export interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function type(args: readonly string[], clientFile: string): Promise<Typed> {
  let [out, err] = ["", ""];
  const io = ioOf(
    (text) => (out += text),
    (text) => (err += text),
  );
  const code = await run([...args, "--client", clientFile], io);
  return { code, out, err };
}

/** As `type`; a command that fails ends the test. */
export async function typeWell(args: readonly string[], clientFile: string): Promise<string> {
  const { code, out, err } = await type(args, clientFile);
  if (code !== 0) throw new Error(`serai ${args.join(" ")} ended with ${code}: ${err}`);
  return out;
}

function ioOf(out: (text: string) => void, err: (text: string) => void): Io {
  return { out, err, env: {}, interrupted: () => new Promise(() => {}) };
}

export function sessionOf(clientFile: string): Promise<Session> {
  return openSession(
    ioOf(
      () => {},
      () => {},
    ),
    clientFile,
  );
}

/** Members with their policies and clients; `files` holds the client files, by client id. */
export interface Member {
  readonly code: string;
  readonly policy: Json;
  readonly clients: readonly { readonly id: string; readonly role: string; readonly cleared?: boolean }[];
}

export class Members {
  readonly #folder: string;
  readonly #secretariat: string;

  /** @param folder where the client files go: they are on other machines than the server's data */
  constructor(folder: string, secretariat: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#secretariat = secretariat;
  }

  file(client: string): string {
    return client === "secretariat" ? this.#secretariat : join(this.#folder, `${client}.json`);
  }

  async admit(members: readonly Member[]): Promise<void> {
    for (const { code, clients } of members) {
      const steward = `${code}-steward`;
      await typeWell(["state", "add", code], this.#secretariat);
      await typeWell(
        ["client", "add", steward, "--state", code, "--role", "steward", "--out", this.file(steward)],
        this.#secretariat,
      );
      for (const { id, role, cleared } of clients) {
        const more = cleared === true ? ["--cleared"] : [];
        await typeWell(["client", "add", id, "--role", role, ...more, "--out", this.file(id)], this.file(steward));
      }
    }
    // A policy may name members only, so all are in before the first is set.
    for (const { code } of members)
      await typeWell(["policy", "set", this.policyFile(members, code)], this.file(`${code}-steward`));
  }

  policyFile(members: readonly Member[], code: string): string {
    const path = join(this.#folder, `${code}-policy.json`);
    writeFileSync(path, JSON.stringify(members.find((member) => member.code === code)?.policy));
    return path;
  }
}
