// The exchange as its acts see it: books, keys, clock, randomness. One act, one file, one function beside this one.
import type { NoteSigner } from "../audit/note.ts";
import type { PublicJwk, SigningKey, VerifyingKey } from "../auth/key.ts";
import type { TokenMemory } from "../auth/access-token.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { uuid4 } from "../encoding/uuid.ts";
import { type DirectorySnapshot, readDirectory } from "../store/directory.ts";
import type { Head } from "../store/engine.ts";
import type { Store } from "../store/store.ts";

/** The keys that one exchange works with, imported and ready. Each has one purpose. */
export interface Keys {
  /** Signs access tokens; the ones before it verify until their last token is over. */
  readonly token: SigningKey;
  readonly tokenVerifiers: readonly VerifyingKey[];
  /** Public parts of the keys before the one in use. */
  readonly retired: readonly PublicJwk[];
  /** Signs checkpoints and receipts, and nothing else; its name is the log's origin. */
  readonly log: NoteSigner & { readonly verifierKey: string };
  /** MACs the audience that a decision gave an object. */
  readonly audience: (data: string) => Uint8Array;
  /** Seals cursors. 32 bytes. */
  readonly cursor: Uint8Array;
}

/** The books' head, and the directory as it stood with it. */
export interface Moment {
  readonly head: Head;
  readonly directory: DirectorySnapshot;
}

export interface Exchange {
  /** The issuer and origin, without a slash at its end. */
  readonly url: string;
  /** The TAXII API root, with a slash at its end: the resource that tokens are for. */
  readonly apiRoot: string;
  readonly title: string;
  readonly store: Store;
  readonly keys: Keys;
  readonly tokens: TokenMemory;
  /** Takes entries into the log elsewhere, on a thread of its own; where there is none, integrate does it here. */
  readonly integrator: (() => Promise<number>) | null;
  now(): Micros;
  random(bytes: number): Uint8Array;
  /** The directory as it stands, by the head that was read with it. */
  directory(): Promise<Moment>;
  /** The directory of an edition that a draft is made for. */
  directoryAt(edition: number): Promise<DirectorySnapshot>;
}

export interface ExchangeParts {
  readonly url: string;
  readonly title: string;
  readonly store: Store;
  readonly keys: Keys;
  readonly tokens: TokenMemory;
  readonly integrator?: () => Promise<number>;
  now(): Micros;
  random(bytes: number): Uint8Array;
}

export const API_ROOT_PATH = "/api/";

export function openExchange(parts: ExchangeParts): Exchange {
  let snapshot: DirectorySnapshot | null = null;
  let reading: { readonly edition: number; readonly directory: Promise<DirectorySnapshot> } | null = null;

  const at = (edition: number): Promise<DirectorySnapshot> => {
    if (snapshot?.edition === edition) return Promise.resolve(snapshot);
    if (reading?.edition !== edition) {
      reading = { edition, directory: readConsistently(parts.store, edition) };
      const mine = reading;
      mine.directory.then(
        (read) => {
          snapshot = read;
        },
        () => {
          if (reading === mine) reading = null;
        },
      );
    }
    return reading.directory;
  };
  return {
    ...parts,
    integrator: parts.integrator ?? null,
    apiRoot: parts.url + API_ROOT_PATH,
    directoryAt: at,
    async directory() {
      const head = await parts.store.head();
      return { head, directory: await at(head.edition) };
    },
  };
}

/** Several reads make a snapshot; it counts only if the edition is the same after them. */
async function readConsistently(store: Store, wanted: number): Promise<DirectorySnapshot> {
  for (let tries = 0; tries < 5; tries += 1) {
    const { edition } = await store.head();
    const directory = await readDirectory(store.engine, edition);
    const after = await store.head();
    // A newer edition than wanted is as good to a reader; a draft made on it fails at its turn and is made again.
    if (after.edition === edition && edition >= wanted) return directory;
  }
  throw new TypeError("The directory changes faster than it can be read.");
}

/** A fresh id for an act: unguessable, and never used twice. */
export function newActId(exchange: Pick<Exchange, "random">): string {
  return uuid4(exchange.random(16));
}
