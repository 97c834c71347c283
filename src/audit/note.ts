// Signed notes (C2SP signed-note): a text with signature lines below it, and the verifier keys that name who signed.
// Checkpoints and receipts are notes. What this accepts, Go's golang.org/x/mod/sumdb/note accepts too.

import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { concat, formatHex, text as decode, utf8 } from "../encoding/bytes.ts";
import { sha256 } from "../encoding/sha256.ts";
import { Refusal } from "../refusal.ts";

export interface Note {
  /** What is signed, its last newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  /** The name of the key. */
  readonly name: string;
  /** Its key ID, 32 bits. Name and ID together say which key and algorithm. */
  readonly keyId: number;
  readonly signature: Uint8Array;
}

/** A key that is trusted, and how its signatures are checked. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: number;
  readonly verify: (text: string, signature: Uint8Array) => Promise<boolean>;
}

/** A key that signs. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  readonly sign: (text: string) => Promise<Uint8Array>;
}

/** A note of which at least one known key's signature holds, and none is wrong. */
export interface OpenedNote {
  readonly text: string;
  /** Signatures that hold, by known keys, each key once. */
  readonly verified: readonly NoteSignature[];
  /** Signatures by keys that are not known: they say nothing. */
  readonly unknown: readonly NoteSignature[];
}

export const noteBytesMax = 1_000_000;
/** C2SP asks for at least 16. */
export const noteSignaturesMax = 100;

const emDash = "\u2014";

/**
 * Reads the form of a note; says nothing about its signatures.
 * @throws {Refusal} malformed: not UTF-8, a control character other than a newline, no blank line before the signatures,
 * no signature, a line that is none; limit: larger than `noteBytesMax` or more signatures than `noteSignaturesMax`
 */
export function parseNote(input: Uint8Array | string): Note {
  if (input.length > noteBytesMax) throw new Refusal("limit", "The note is too large.", { subject: "noteBytesMax" });
  const note = typeof input === "string" ? input : decode(input);
  if (!isNoteText(note)) throw malformed("It holds control characters or does not end with a newline.");
  // The last empty line separates: a text may hold empty lines itself.
  const separator = note.lastIndexOf("\n\n");
  if (separator < 0) throw malformed("There is no blank line before its signatures.");
  const lines = note.slice(separator + 2, -1).split("\n");
  if (lines.length > noteSignaturesMax) {
    throw new Refusal("limit", "The note has too many signatures.", { subject: "noteSignaturesMax" });
  }
  return { text: note.slice(0, separator + 1), signatures: lines.map(parseSignatureLine) };
}

/** The note as it is served: text, blank line, signature lines. */
export function formatNote(note: Note): string {
  return `${note.text}\n${note.signatures.map(formatSignatureLine).join("")}`;
}

/** One signature line with its newline, as witnesses answer (C2SP tlog-witness). */
export function formatSignatureLine(signature: NoteSignature): string {
  const bytes = concat(formatKeyId(signature.keyId), signature.signature);
  return `${emDash} ${signature.name} ${formatBase64(bytes)}\n`;
}

/**
 * Reads one signature line, without its newline.
 * @throws {Refusal} malformed
 */
export function parseSignatureLine(line: string): NoteSignature {
  const [dash, name = "", base64 = "", ...more] = line.split(" ");
  if (dash !== emDash || !isKeyName(name) || more.length > 0) throw malformed("A line is not a signature.");
  const bytes = parseBase64(base64);
  if (bytes.length < 5) throw malformed("A signature is too short.");
  return { name, keyId: new DataView(bytes.buffer).getUint32(0), signature: bytes.subarray(4) };
}

/**
 * Checks a note against the keys that are trusted. Unknown keys are ignored; a known key's wrong signature condemns the
 * whole note, as C2SP signed-note advises.
 * @throws {Refusal} invalid: rule `signature` when one is wrong, rule `unsigned` when no known key has signed
 */
export async function openNote(note: Note, verifiers: readonly NoteVerifier[]): Promise<OpenedNote> {
  const known = new Map<string, NoteVerifier>();
  for (const verifier of verifiers) {
    // Two keys of one name and ID cannot be told apart; a list that holds them is a mistake of whoever wrote it.
    if (known.has(keyOf(verifier))) throw new TypeError("Two trusted keys have one name and ID.");
    known.set(keyOf(verifier), verifier);
  }
  const verified = new Map<string, NoteSignature>();
  const unknown: NoteSignature[] = [];
  for (const signature of note.signatures) {
    const key = keyOf(signature);
    const verifier = known.get(key);
    if (verifier === undefined) unknown.push(signature);
    else if (!verified.has(key)) {
      if (!(await verifier.verify(note.text, signature.signature))) {
        throw new Refusal("invalid", "A signature of the note is wrong.", {
          rule: "signature",
          subject: verifier.name,
        });
      }
      verified.set(key, signature);
    }
  }
  if (verified.size === 0) throw new Refusal("invalid", "No trusted key has signed the note.", { rule: "unsigned" });
  return { text: note.text, verified: [...verified.values()], unknown };
}

/**
 * Signs a text. The new signatures stand first; those that it had already follow, unless the same key signs anew.
 * @throws {TypeError} when the text does not end with a newline or holds what a note may not
 */
export async function signNote(
  text: string,
  signers: readonly NoteSigner[],
  existing: readonly NoteSignature[] = [],
): Promise<Note> {
  if (!isNoteText(text)) throw new TypeError("A note's text ends with a newline and has no other control characters.");
  const signatures: NoteSignature[] = [];
  for (const { name, keyId, sign } of signers) signatures.push({ name, keyId, signature: await sign(text) });
  const renewed = new Set(signatures.map(keyOf));
  return { text, signatures: [...signatures, ...existing.filter((signature) => !renewed.has(keyOf(signature)))] };
}

/** SHA-256(name ‖ 0x0A ‖ type ‖ public key), its first 32 bits (C2SP signed-note, Signatures). */
export function keyIdOf(name: string, type: number, publicKey: Uint8Array): number {
  const digest = sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey));
  return new DataView(digest.buffer).getUint32(0);
}

/** Whether a text can name a key: not empty, no Unicode space, no plus, nothing that a note may not hold. */
export function isKeyName(name: string): boolean {
  return name !== "" && name.isWellFormed() && !/[\p{White_Space}+\u0000-\u001f]/u.test(name);
}

function isNoteText(text: string): boolean {
  return text.endsWith("\n") && text.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
}

function formatKeyId(keyId: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, keyId);
  return bytes;
}

// Names have no spaces, so the two parts cannot run into each other.
function keyOf(key: { readonly name: string; readonly keyId: number }): string {
  return `${key.name} ${formatHex(formatKeyId(key.keyId))}`;
}

function malformed(sentence: string): Refusal {
  return new Refusal("malformed", `The text is not a signed note: ${sentence}`, { rule: "note" });
}
