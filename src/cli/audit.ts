// serai audit verify: fetches the log's entries and tiles, proves the whole of it against its checkpoint and, given receipts,
// that what they promise is in it. Trusts the key and the last checkpoint that it is given; nothing else.
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { type Checkpoint, openCheckpoint, parseCheckpoint } from "../audit/checkpoint.ts";
import { parseEntryName } from "../audit/entry.ts";
import { parseNote, type NoteVerifier } from "../audit/note.ts";
import { noteVerifier, parseVerifierKey } from "../audit/note-key.ts";
import { openReceipt, type Receipt } from "../audit/receipt.ts";
import { parseEntryBundle, type Tile, tilePath } from "../audit/tile.ts";
import { equalHashes, leafHash } from "../audit/tree.ts";
import { type LogReader, type LogReport, verifyLog } from "../audit/verify.ts";
import { formatHex } from "../encoding/bytes.ts";
import type { Refusal } from "../refusal.ts";
import { type Common, examples, session, withSession } from "./command.ts";
import { counted } from "./count.ts";
import { readTextFile } from "./input.ts";
import { exit, type Io, print } from "./io.ts";
import { requireWritable, writeTextFile } from "./output.ts";
import type { Session } from "./session.ts";

interface VerifyOptions extends Common {
  readonly key?: string;
  readonly trusted?: string;
  readonly receipt?: readonly string[];
}

/** What a receipt promised, and whether the log keeps it. */
export interface ReceiptChecked {
  readonly journal: string;
  readonly n: number;
  readonly result: "included" | "missing" | "different" | "not-due";
}

export interface AuditVerified {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly journals: Readonly<Record<string, number>>;
  readonly entriesRead: number;
  readonly tilesRead: number;
  readonly continues: number | null;
  readonly findings: LogReport["findings"];
  readonly receipts: readonly ReceiptChecked[];
  readonly verified: boolean;
  readonly key: string;
  readonly checkpoint: string;
}

/** Rules of refusals that say of evidence that it proves nothing: whose it is, or that it was changed. */
const UNPROVED_RULES: ReadonlySet<string> = new Set(["signature", "unsigned", "origin", "empty-root"]);

/** Whether it was refused because a signed note is not the log's, or not as it was signed. */
export function isUnproved({ rule }: Refusal): boolean {
  return rule !== undefined && UNPROVED_RULES.has(rule);
}

/** Tiles or bundles that are asked for at once. */
const AT_ONCE = 8;

export async function verify(
  own: Session,
  options: { key?: string | undefined; trusted?: Checkpoint | undefined; receipts: readonly string[] },
): Promise<AuditVerified> {
  const key = options.key ?? (await (await own.request("GET", "/log/key")).text()).trim();
  const verifier = await noteVerifier(key);
  const note = await (await own.request("GET", "/log/checkpoint")).text();
  const policy = { origin: parseVerifierKey(key).name, logKeys: [verifier], witnesses: [], quorum: 0 };
  const { checkpoint } = await openCheckpoint(parseNote(note), policy);
  const promised = await Promise.all(options.receipts.map((text) => openReceipt(text, [verifier])));
  const found = new Map<string, Uint8Array>();
  const report = await verifyLog(checkpoint, readerOf(own, promised, found), options.trusted);
  const receipts = promised.map((receipt) => checkReceipt(receipt, found));
  return {
    origin: report.origin,
    size: report.size,
    root: formatHex(report.root),
    journals: Object.fromEntries(report.journals),
    entriesRead: report.entriesRead,
    tilesRead: report.tilesRead,
    continues: report.continues ?? null,
    findings: report.findings,
    receipts,
    verified:
      report.findings.length === 0 && receipts.every((one) => one.result === "included" || one.result === "not-due"),
    key,
    checkpoint: note,
  };
}

const nameOf = (journal: string, n: number): string => `${journal} ${n}`;

/** Reads the log over HTTP, and keeps the leaves of the entries that somebody has a promise of. */
function readerOf(own: Session, promised: readonly Receipt[], found: Map<string, Uint8Array>): LogReader {
  const wanted = new Set(promised.map((receipt) => nameOf(receipt.journal, receipt.n)));
  const read = async (tiles: readonly Tile[]): Promise<readonly Uint8Array[]> => {
    const bytes: Uint8Array[] = [];
    for (let i = 0; i < tiles.length; i += AT_ONCE)
      bytes.push(
        ...(await Promise.all(
          tiles.slice(i, i + AT_ONCE).map(async (tile) => {
            const response = await own.request("GET", `/log/${tilePath(tile)}`);
            return new Uint8Array(await response.arrayBuffer());
          }),
        )),
      );
    return bytes;
  };
  return {
    readTiles: read,
    async readBundles(bundles) {
      const all = await read(bundles);
      if (wanted.size > 0)
        for (const bundle of all)
          for (const entry of parseEntryBundle(bundle)) {
            const { journal, n } = parseEntryName(entry);
            if (wanted.has(nameOf(journal, n))) found.set(nameOf(journal, n), leafHash(entry));
          }
      return all;
    },
  };
}

function checkReceipt(receipt: Receipt, found: ReadonlyMap<string, Uint8Array>): ReceiptChecked {
  const leaf = found.get(nameOf(receipt.journal, receipt.n));
  const late = receipt.due < Date.now() * 1000;
  const result =
    leaf === undefined ? (late ? "missing" : "not-due") : equalHashes(leaf, receipt.leaf) ? "included" : "different";
  return { journal: receipt.journal, n: receipt.n, result };
}

export function auditCommands(program: Command, io: Io, leave: (code: number) => void): void {
  const audit = program.command("audit").description("the log");
  examples(
    withSession(audit.command("verify").description("prove the whole log against its checkpoint"))
      .option("--key <vkey>", "the log's verifier key, had otherwise than from the exchange")
      .option("--trusted <file>", "the last checkpoint that you verified; renewed on success")
      .option("--receipt <file...>", "receipts whose entries must be in the log"),
    ["serai audit verify --trusted checkpoint.txt --receipt red.receipt"],
  ).action(async (options: VerifyOptions) => {
    const own = await session(io, options);
    requireWritable(options.trusted);
    const trusted =
      options.trusted !== undefined && existsSync(options.trusted) ? await readTrusted(own, options) : undefined;
    const receipts = (options.receipt ?? []).flatMap((path) => splitReceipts(readTextFile(path)));
    const done = await verify(own, { key: options.key, trusted, receipts });
    if (done.verified && options.trusted !== undefined) writeTextFile(options.trusted, done.checkpoint);
    if (options.json === true) print(io, done);
    else io.out(formatVerified(done, { keyGiven: options.key !== undefined, trusted: options.trusted }));
    if (!done.verified) leave(exit.unproved);
  });
}

/** A trusted checkpoint counts only if the log's key signed it: a file that somebody edited must not turn into an alarm or a pass. */
async function readTrusted(own: Session, options: VerifyOptions): Promise<Checkpoint> {
  const key = options.key ?? (await (await own.request("GET", "/log/key")).text()).trim();
  const verifier: NoteVerifier = await noteVerifier(key);
  const note = parseNote(readTextFile(options.trusted ?? ""));
  await openCheckpoint(note, { origin: parseVerifierKey(key).name, logKeys: [verifier], witnesses: [], quorum: 0 });
  return parseCheckpoint(note.text);
}

/** Receipts in one file, each a signed note, one after the other. */
export function splitReceipts(text: string): readonly string[] {
  return text
    .split(/(?=^serai-receipt\/v1$)/m)
    .map((one) => one.replace(/\n+$/, "\n"))
    .filter((one) => one.trim() !== "");
}

/** What a verification found, and what it did not have to go by. */
export function formatVerified(done: AuditVerified, had: { keyGiven: boolean; trusted: string | undefined }): string {
  const journals = Object.entries(done.journals).map(([name, count]) => `${name} ${count}`);
  const lines = [
    `Log ${done.origin}: ${counted(done.size, "entry", "entries")}, root ${done.root}.`,
    `Read and hashed ${counted(done.entriesRead, "entry", "entries")} and ${counted(done.tilesRead, "tile")}; journals without gaps: ${journals.join(", ")}.`,
    ...(done.continues === null ? [] : [`It continues the checkpoint of size ${done.continues} that was trusted.`]),
    ...done.receipts.map((one) => `Receipt ${one.journal} ${one.n}: ${one.result}.`),
    ...done.findings.map(
      (finding) =>
        `FAULT ${finding.fault}${finding.index === undefined ? "" : ` at entry ${finding.index}`}${finding.subject === undefined ? "" : ` (${finding.subject})`}`,
    ),
    ...(done.continues === null && had.trusted !== undefined
      ? ["No checkpoint was trusted before this one: nothing tells whether the log continues an earlier one."]
      : []),
    done.verified ? "Verified." : "NOT verified.",
    ...(had.keyGiven
      ? []
      : [`The key came from the exchange itself; give it with --key once you had it otherwise: ${done.key}`]),
  ];
  return `${lines.join("\n")}\n`;
}
