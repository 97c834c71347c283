// Receipts: at once, and signed with the log's key, the promise that a named entry will be in the log by a time. Who
// holds one can show that an entry was never written. Later the same entry is proved by a `.tlog-proof` (log-proof.ts).

import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { formatMicros, type Micros, parseTimestamp } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { isEntryNumber, isJournalName } from "./entry.ts";
import { formatNote, type NoteSigner, type NoteVerifier, openNote, parseNote, signNote } from "./note.ts";
import { type Hash, hashBytes } from "./tree.ts";

export interface Receipt {
  /** Which log promises. */
  readonly origin: string;
  /** The entry's name: its journal and its number there, from 1. */
  readonly journal: string;
  readonly n: number;
  /** The leaf hash of the entry, which commits to all of it. */
  readonly leaf: Hash;
  /** When the entry was recorded. */
  readonly time: Micros;
  /** By when it will be in the log. */
  readonly due: Micros;
}

// The second line has a word in it where a checkpoint has a number: no receipt can be read as a checkpoint, although one
// key signs both.
const header = "serai-receipt/v1";
const labels = ["origin", "journal", "n", "leaf", "time", "due"] as const;

/**
 * The text that is signed: the header and one labelled line for each part.
 * @throws {TypeError} when a part cannot be written
 */
export function formatReceipt(receipt: Receipt): string {
  const { origin, journal, n, leaf, time, due } = receipt;
  if (!isOrigin(origin) || !isJournalName(journal) || !isEntryNumber(n) || leaf.length !== hashBytes) {
    throw new TypeError("The receipt cannot be written.");
  }
  const values = [origin, journal, n, formatBase64(leaf), formatMicros(time), formatMicros(due)];
  return [header, ...labels.map((label, i) => `${label} ${values[i]}`)].map((line) => `${line}\n`).join("");
}

/**
 * Reads the text of a receipt; there is one text for each receipt.
 * @throws {Refusal} malformed
 */
export function parseReceipt(text: string): Receipt {
  const lines = text.split("\n");
  const value = (i: number): string => (lines[i + 1] ?? "").slice((labels[i] ?? "").length + 1);
  const time = parseTimestamp(value(4));
  const due = parseTimestamp(value(5));
  const n = Number(value(2));
  if (time === null || due === null || !isOrigin(value(0)) || !isJournalName(value(1)) || !isEntryNumber(n)) {
    throw malformed();
  }
  const leaf = parseBase64(value(3));
  if (leaf.length !== hashBytes) throw malformed();
  const receipt: Receipt = { origin: value(0), journal: value(1), n, leaf, time: time.micros, due: due.micros };
  if (formatReceipt(receipt) !== text) throw malformed();
  return receipt;
}

/** The receipt as a signed note. */
export async function signReceipt(receipt: Receipt, signer: NoteSigner): Promise<string> {
  return formatNote(await signNote(formatReceipt(receipt), [signer]));
}

/**
 * Reads a signed receipt and checks that the log's key has signed it.
 * @throws {Refusal} malformed; invalid: rule `unsigned` or `signature`
 */
export async function openReceipt(note: Uint8Array | string, logKeys: readonly NoteVerifier[]): Promise<Receipt> {
  const { text } = await openNote(parseNote(note), logKeys);
  return parseReceipt(text);
}

function isOrigin(origin: string): boolean {
  return origin !== "" && origin.isWellFormed() && !/[\u0000-\u001f]/.test(origin);
}

function malformed(): Refusal {
  return new Refusal("malformed", "The text is not a receipt of the log.", { rule: "receipt" });
}
