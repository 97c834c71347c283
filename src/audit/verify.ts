// The pure part of `audit verify`: everything about a log that follows from its entries alone. It reads all bundles,
// recomputes every tile and the root, and finds gaps in journals. Signatures were checked before (checkpoint.ts);
// fetching is the reader's.

import { equalBytes, formatHex } from "../encoding/bytes.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { parseEntryName } from "./entry.ts";
import { type Edge, edgeTiles, emptyEdge, grow, rootOfEdge, type StoredTile } from "./growth.ts";
import type { TileReader } from "./proof.ts";
import { bundlesFor, hashEntryBundle, type Tile, tilePath, tileWidth } from "./tile.ts";
import { equalHashes, type Hash } from "./tree.ts";

/** Where the log is read from: a server, an export, the books. A refusal of a reader becomes a finding. */
export interface LogReader {
  /** The bytes of bundles of entries, in the order asked for. */
  readonly readBundles: (bundles: readonly Tile[]) => Promise<readonly Uint8Array[]>;
  readonly readTiles: TileReader;
}

/** Names of what can be wrong with a log. Programs match on them. */
export type LogFault =
  | "other-log" // the trusted checkpoint has another origin
  | "shrunk" // the log is smaller than the trusted checkpoint
  | "rewritten" // the log's beginning is not what the trusted checkpoint says
  | "unreadable" // a bundle or tile cannot be had
  | "bundle" // a bundle is malformed or has not as many entries as it should
  | "entry" // an entry is malformed
  | "journal" // a journal has a gap, a repetition or does not start at 1
  | "minute" // an entry's minute is before that of the one before it in its journal
  | "tile" // a tile is not what the entries hash to
  | "root"; // the root is not what the checkpoint says

export interface LogFinding {
  readonly fault: LogFault;
  /** The entry's index in the log, where it is about an entry. */
  readonly index?: number;
  /** The journal, or the path of a tile. */
  readonly subject?: string;
  readonly expected?: string;
  readonly found?: string;
}

export interface LogReport {
  readonly origin: string;
  /** What the checkpoint says. */
  readonly size: number;
  /** How many entries were read and hashed. */
  readonly entriesRead: number;
  /** How many tiles of hashes were compared. */
  readonly tilesRead: number;
  /** The root of the entries that were read. */
  readonly root: Hash;
  /** The number of entries in each journal, by name. */
  readonly journals: ReadonlyMap<string, number>;
  /** The size of the trusted checkpoint that the log was found to continue; undefined when none was given or it does not. */
  readonly continues: number | undefined;
  /** At most `logFindingsMax` of them, in the order in which they were found. */
  readonly findings: readonly LogFinding[];
  readonly findingCount: number;
  /** Whether nothing was found: the log is what the checkpoint says. */
  readonly holds: boolean;
}

export const logFindingsMax = 100;
/** Bundles that are asked for at once: 16,384 entries. */
const bundlesAtOnce = 64;

/**
 * Reads and recomputes a whole log against a checkpoint and, when given, an earlier checkpoint that is trusted. Faults are
 * findings of the report; it goes on after each as far as that makes sense.
 */
export async function verifyLog(checkpoint: Checkpoint, reader: LogReader, trusted?: Checkpoint): Promise<LogReport> {
  const check = new LogCheck(checkpoint, reader, trusted);
  await check.run();
  return check.report();
}

class LogCheck {
  readonly #checkpoint: Checkpoint;
  readonly #reader: LogReader;
  readonly #trusted: Checkpoint | undefined;
  readonly #findings: LogFinding[] = [];
  readonly #journals = new Map<string, { count: number; minute: Micros }>();
  #findingCount = 0;
  #edge: Edge = emptyEdge;
  #tilesRead = 0;
  #continues: number | undefined;

  constructor(checkpoint: Checkpoint, reader: LogReader, trusted: Checkpoint | undefined) {
    this.#checkpoint = checkpoint;
    this.#reader = reader;
    this.#trusted = trusted;
  }

  async run(): Promise<void> {
    const { origin, size, root } = this.#checkpoint;
    if (this.#trusted !== undefined && this.#trusted.origin !== origin) {
      this.#find({ fault: "other-log", expected: this.#trusted.origin, found: origin });
    }
    if (this.#trusted !== undefined && this.#trusted.size > size) {
      this.#find({ fault: "shrunk", expected: String(this.#trusted.size), found: String(size) });
    }
    const bundles = bundlesFor(0, size);
    for (let from = 0; from < bundles.length; from += bundlesAtOnce) {
      if (!(await this.#readBundles(bundles.slice(from, from + bundlesAtOnce)))) return;
    }
    await this.#compareTiles(this.#rightEdge());
    const found = rootOfEdge(this.#edge);
    if (!equalHashes(found, root)) this.#find({ fault: "root", expected: formatHex(root), found: formatHex(found) });
  }

  report(): LogReport {
    return {
      origin: this.#checkpoint.origin,
      size: this.#checkpoint.size,
      entriesRead: this.#edge.size,
      tilesRead: this.#tilesRead,
      root: rootOfEdge(this.#edge),
      journals: new Map([...this.#journals].map(([journal, { count }]) => [journal, count])),
      continues: this.#continues,
      findings: this.#findings,
      findingCount: this.#findingCount,
      holds: this.#findingCount === 0,
    };
  }

  // Takes in the next bundles; false when the entries after them can no longer be placed.
  async #readBundles(bundles: readonly Tile[]): Promise<boolean> {
    const contents = await this.#ask((tiles) => this.#reader.readBundles(tiles), bundles);
    const leaves: Hash[] = [];
    let isWhole = true;
    for (const [i, bundle] of bundles.entries()) {
      const content = contents?.[i];
      if (content !== undefined && this.#readBundle(bundle, content, leaves)) continue;
      if (contents !== undefined && content === undefined)
        this.#find({ fault: "unreadable", subject: tilePath(bundle) });
      isWhole = false;
      break;
    }
    this.#compareTrusted(leaves);
    const { edge, tiles } = grow(this.#edge, leaves);
    this.#edge = edge;
    // Only full tiles are final; the partial ones of this moment never were in a checkpoint.
    await this.#compareTiles(tiles.filter(({ tile }) => tile.width === tileWidth));
    return isWhole;
  }

  #readBundle(bundle: Tile, content: Uint8Array, leaves: Hash[]): boolean {
    const path = tilePath(bundle);
    try {
      const hashed = hashEntryBundle(content);
      if (hashed.entries.length !== bundle.width) {
        const [expected, found] = [String(bundle.width), String(hashed.entries.length)];
        this.#find({ fault: "bundle", subject: path, expected, found });
        return false;
      }
      hashed.entries.forEach((entry, i) => this.#readEntry(bundle.index * tileWidth + i, entry));
      leaves.push(...hashed.leaves);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#find({ fault: "bundle", subject: path });
      return false;
    }
  }

  #readEntry(index: number, entry: Uint8Array): void {
    let name: ReturnType<typeof parseEntryName>;
    try {
      name = parseEntryName(entry);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#find({ fault: "entry", index });
      return;
    }
    const { journal, n, minute } = name;
    const before = this.#journals.get(journal) ?? { count: 0, minute };
    if (n !== before.count + 1) {
      this.#find({ fault: "journal", index, subject: journal, expected: String(before.count + 1), found: String(n) });
    }
    if (minute < before.minute) this.#find({ fault: "minute", index, subject: journal });
    // Going on from the larger number reports a gap once, and every entry of a repetition.
    this.#journals.set(journal, { count: Math.max(before.count, n), minute: Math.max(before.minute, minute) });
  }

  // When these leaves reach the size of the trusted checkpoint, its root must be the root there. This shows more than a
  // consistency proof: the entries themselves were read.
  #compareTrusted(leaves: readonly Hash[]): void {
    const trusted = this.#trusted;
    if (trusted === undefined || trusted.size === 0) return;
    const count = trusted.size - this.#edge.size;
    if (count <= 0 || count > leaves.length) return;
    const found = rootOfEdge(grow(this.#edge, leaves.slice(0, count)).edge);
    if (equalHashes(found, trusted.root)) {
      if (trusted.origin === this.#checkpoint.origin) this.#continues = trusted.size;
    } else {
      const [expected, other] = [formatHex(trusted.root), formatHex(found)];
      this.#find({ fault: "rewritten", expected, found: other });
    }
  }

  async #compareTiles(tiles: readonly StoredTile[]): Promise<void> {
    const contents = await this.#ask(
      (asked) => this.#reader.readTiles(asked),
      tiles.map(({ tile }) => tile),
    );
    if (contents === undefined) return;
    for (const [i, { tile, bytes }] of tiles.entries()) {
      const content = contents[i];
      if (content === undefined) this.#find({ fault: "unreadable", subject: tilePath(tile) });
      else if (!equalBytes(content, bytes)) this.#find({ fault: "tile", subject: tilePath(tile) });
      if (content !== undefined) this.#tilesRead++;
    }
  }

  #rightEdge(): StoredTile[] {
    const partials = this.#edge.partials.filter((partial) => partial.length > 0);
    return edgeTiles(this.#edge.size).map((tile, i) => ({ tile, bytes: partials[i] ?? new Uint8Array(0) }));
  }

  async #ask(read: TileReader, tiles: readonly Tile[]): Promise<readonly Uint8Array[] | undefined> {
    const [first] = tiles;
    if (first === undefined) return [];
    try {
      return await read(tiles);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#find({ fault: "unreadable", subject: error.subject ?? tilePath(first) });
      return undefined;
    }
  }

  #find(finding: LogFinding): void {
    this.#findingCount++;
    if (this.#findings.length < logFindingsMax) this.#findings.push(finding);
  }
}
