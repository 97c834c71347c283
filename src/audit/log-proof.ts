// Proofs that stand alone (C2SP tlog-proof, files `.tlog-proof`): an entry's index, its inclusion path and a checkpoint
// with its cosignatures. It is the lasting form of a receipt.

import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { Refusal } from "../refusal.ts";
import { type OpenedCheckpoint, openCheckpoint, type TrustPolicy } from "./checkpoint.ts";
import { formatNote, type Note, parseNote } from "./note.ts";
import { verifyInclusion } from "./proof.ts";
import { type Hash, hashBytes, parseTreeSize } from "./tree.ts";

export interface LogProof {
  /** Bytes with a meaning of their own, which nothing authenticates; undefined when there are none. */
  readonly extra?: Uint8Array;
  /** The entry's index in the log, from 0. */
  readonly index: number;
  /** The inclusion path, from the leaf's sibling upwards. */
  readonly path: readonly Hash[];
  /** The checkpoint as a signed note. */
  readonly checkpoint: Note;
}

const header = "c2sp.org/tlog-proof@v1";
/** No tree of at most 2^53 entries has a longer path. */
export const proofPathMax = 53;

/** The text of the file. */
export function formatLogProof(proof: LogProof): string {
  const extra = proof.extra === undefined ? [] : [`extra ${formatBase64(proof.extra)}`];
  const lines = [header, ...extra, `index ${proof.index}`, ...proof.path.map(formatBase64)];
  return `${lines.join("\n")}\n\n${formatNote(proof.checkpoint)}`;
}

/**
 * Reads the text of such a file; says nothing about whether it proves anything.
 * @throws {Refusal} malformed or limit
 */
export function parseLogProof(text: string): LogProof {
  // No line of the first part is empty, and the checkpoint is included verbatim after the first empty line.
  const end = text.indexOf("\n\n");
  const lines = end < 0 ? [] : text.slice(0, end).split("\n");
  if (lines.shift() !== header) throw malformed();
  const extra = lines[0]?.startsWith("extra ") ? parseBase64((lines.shift() ?? "").slice("extra ".length)) : undefined;
  const index = lines.shift();
  if (!index?.startsWith("index ") || lines.length > proofPathMax) throw malformed();
  const path = lines.map(parseBase64);
  if (path.some((hash) => hash.length !== hashBytes)) throw malformed();
  return {
    ...(extra === undefined ? {} : { extra }),
    index: parseTreeSize(index.slice("index ".length)),
    path,
    checkpoint: parseNote(text.slice(end + 2)),
  };
}

/**
 * Checks that a leaf is in the log that a policy trusts, and returns the checkpoint that shows it.
 * @throws {Refusal} invalid: rule `inclusion` when the path does not lead to the root, rule `quorum` when too few witnesses
 * have cosigned, or as `openCheckpoint` says; malformed
 */
export async function verifyLogProof(proof: LogProof, leaf: Hash, policy: TrustPolicy): Promise<OpenedCheckpoint> {
  const opened = await openCheckpoint(proof.checkpoint, policy);
  const { size, root } = opened.checkpoint;
  if (!verifyInclusion(proof.index, size, leaf, proof.path, root)) {
    throw new Refusal("invalid", "The path does not lead from the entry to the checkpoint's root.", {
      rule: "inclusion",
    });
  }
  if (!opened.isFinal) {
    throw new Refusal("invalid", "Too few witnesses have cosigned the checkpoint.", { rule: "quorum" });
  }
  return opened;
}

function malformed(): Refusal {
  return new Refusal("malformed", "The text is not a proof of the log.", { rule: "tlog-proof" });
}
