// Checkpoints (C2SP tlog-checkpoint): the log's size and root as the text of a signed note, and when one is final:
// signed by the log and cosigned by k of n witnesses. Doors, witnesses and verifiers rely on it.

import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { Refusal } from "../refusal.ts";
import { type Note, openNote, type NoteVerifier } from "./note.ts";
import { emptyRoot, equalHashes, type Hash, hashBytes, isTreeSize, parseTreeSize } from "./tree.ts";

export interface Checkpoint {
  /** Which log this is. */
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
  /** Lines after the root, which no one can audit: C2SP advises to have none. */
  readonly extensions: readonly string[];
}

/** What a reader of a log trusts. */
export interface TrustPolicy {
  readonly origin: string;
  /** The log's own keys; one of them must have signed. */
  readonly logKeys: readonly NoteVerifier[];
  readonly witnesses: readonly NoteVerifier[];
  /** How many different witnesses must have cosigned: k of n. */
  readonly quorum: number;
}

export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Names of the witnesses whose cosignatures hold. */
  readonly witnesses: readonly string[];
  /** Whether as many witnesses as the policy asks for have cosigned. */
  readonly isFinal: boolean;
}

/**
 * The text of the note: origin, size, root, extension lines.
 * @throws {TypeError} when a line is empty or holds a control character, or the root is no hash
 */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions } = checkpoint;
  if (!isTreeSize(size) || root.length !== hashBytes || ![origin, ...extensions].every(isLine)) {
    throw new TypeError("The checkpoint cannot be written.");
  }
  return [origin, size, formatBase64(root), ...extensions].map((line) => `${line}\n`).join("");
}

/**
 * Reads the text of a note as a checkpoint.
 * @throws {Refusal} malformed: fewer than three lines, an empty one, a size with leading zeros or beyond 2^53−1, a root
 * that is not 32 bytes; invalid: size 0 with another root than the empty tree's
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = "", size = "", root64 = "", ...extensions] = text.slice(0, -1).split("\n");
  if (!text.endsWith("\n") || ![origin, size, root64, ...extensions].every(isLine)) throw malformed();
  const root = parseBase64(root64);
  if (root.length !== hashBytes) throw malformed();
  const checkpoint = { origin, size: parseTreeSize(size), root, extensions };
  if (checkpoint.size === 0 && !equalHashes(root, emptyRoot())) {
    throw new Refusal("invalid", "An empty log has another root than the empty tree's.", { rule: "empty-root" });
  }
  return checkpoint;
}

/**
 * Opens a checkpoint under a trust policy. A checkpoint that is not final yet is returned too, and says so.
 * @throws {Refusal} malformed: no checkpoint; invalid: of another log (rule `origin`), not signed by the log (rule
 * `unsigned`), or with a wrong signature of a known key, be it the log's or a witness's (rule `signature`)
 */
export async function openCheckpoint(note: Note, policy: TrustPolicy): Promise<OpenedCheckpoint> {
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint.origin !== policy.origin) {
    throw new Refusal("invalid", "The checkpoint is of another log.", { rule: "origin" });
  }
  await openNote(note, policy.logKeys);
  const witnesses = await witnessesOf(note, policy.witnesses);
  return { checkpoint, witnesses, isFinal: witnesses.length >= policy.quorum };
}

// A witness counts once, however many keys it has.
async function witnessesOf(note: Note, witnesses: readonly NoteVerifier[]): Promise<string[]> {
  const known = new Set(witnesses.map(({ name, keyId }) => `${name} ${keyId}`));
  if (!note.signatures.some(({ name, keyId }) => known.has(`${name} ${keyId}`))) return [];
  const { verified } = await openNote(note, witnesses);
  return [...new Set(verified.map(({ name }) => name))];
}

function isLine(line: string): boolean {
  return line !== "" && line.isWellFormed() && !/[\u0000-\u001f]/.test(line);
}

function malformed(): Refusal {
  return new Refusal("malformed", "The text is not a checkpoint.", { rule: "checkpoint" });
}
