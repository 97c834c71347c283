// Openings of a contribution's leaves: what shows a party its own object, or the reason for it, or both, under the root
// that the log holds. The party checks it offline; what it is not shown stays a commitment.

import { formatBase64url, parseBase64url } from "../encoding/base64.ts";
import { concat } from "../encoding/bytes.ts";
import { isObject, type JsonObject } from "../encoding/json.ts";
import { Refusal } from "../refusal.ts";
import {
  basisDigest,
  commitDigest,
  type Contribution,
  isParty,
  LeafHasher,
  objectDigest,
  type ReleasedObject,
  topLeaf,
  topLeafHash,
} from "./leaves.ts";
import { pathIn, rootOfInclusion } from "./proof.ts";
import { equalHashes, type Hash, hashBytes, isTreeSize, leafHash } from "./tree.ts";

/** A part that is shown with its salt, or hidden behind its commitment. Salts and commitments are base64url. */
export type Shown<Value> = Value & { readonly salt: string };
export interface Hidden {
  readonly commitment: string;
}

export interface LeafOpening {
  readonly party: string;
  /** The leaf's index among the party's, from 0, and their number. */
  readonly index: number;
  readonly size: number;
  /** The party's index among all, from 0, and their number. */
  readonly partyIndex: number;
  readonly parties: number;
  readonly object: Shown<ReleasedObject> | Hidden;
  readonly basis: Shown<{ readonly value: string }> | Hidden;
  /** base64url hashes from the leaf's sibling to the root of the party's subtree. */
  readonly path: readonly string[];
  /** base64url hashes from there to the contribution's root. */
  readonly partyPath: readonly string[];
}

export interface LeafChoice {
  readonly party: string;
  readonly index: number;
  /** Which parts to show. */
  readonly object: boolean;
  readonly basis: boolean;
}

const leafSaltBytes = 16;

/**
 * Opens leaves of one contribution, all from one pass over it.
 * @throws {TypeError} when the contribution has no such leaf, or as `rootOfLeaves` says
 */
export function openLeaves(
  contribution: Contribution,
  periodKey: Uint8Array,
  choices: readonly LeafChoice[],
): LeafOpening[] {
  const hasher = new LeafHasher(contribution, periodKey);
  const { recipients } = contribution;
  const tops = recipients.map((recipient) => topLeaf(recipient, hasher.rootOf(recipient)));
  const hashesOf = new Map<string, Hash[]>();
  return choices.map(({ party, index, object, basis }) => {
    const partyIndex = recipients.findIndex((recipient) => recipient.party === party);
    const recipient = recipients[partyIndex];
    const leaf = recipient?.leaves[index];
    if (recipient === undefined || leaf === undefined) throw new TypeError("The contribution has no such leaf.");
    const hashes = hashesOf.get(party) ?? hasher.leavesOf(recipient);
    hashesOf.set(party, hashes);
    const salts = hasher.saltsOf(party, index);
    const { id, version, digest } = leaf.object;
    return {
      party,
      index,
      size: hashes.length,
      partyIndex,
      parties: tops.length,
      object: object
        ? { id, version, digest, salt: formatBase64url(salts.object) }
        : { commitment: formatBase64url(commitDigest(salts.object, objectDigest(leaf.object))) },
      basis: basis
        ? { value: leaf.basis, salt: formatBase64url(salts.basis) }
        : { commitment: formatBase64url(commitDigest(salts.basis, basisDigest(leaf.basis))) },
      path: pathIn(hashes, index).map(formatBase64url),
      partyPath: pathIn(tops, partyIndex).map(formatBase64url),
    };
  });
}

/** Opens one leaf. */
export function openLeaf(contribution: Contribution, periodKey: Uint8Array, choice: LeafChoice): LeafOpening {
  const [opening] = openLeaves(contribution, periodKey, [choice]);
  if (opening === undefined) throw new TypeError("The contribution has no such leaf.");
  return opening;
}

/**
 * Whether an opening is of a leaf under a contribution's root (base64url, the value of the entry's field `root`).
 * @throws {Refusal} malformed when a hash or salt is not base64url of its length
 */
export function verifyLeaf(root: string, opening: LeafOpening): boolean {
  const { object, basis } = opening;
  if (!isParty(opening.party)) return false;
  const objectPart =
    "salt" in object ? commitDigest(parseBytes(object.salt, leafSaltBytes), objectDigest(object)) : hidden(object);
  const basisPart =
    "salt" in basis ? commitDigest(parseBytes(basis.salt, leafSaltBytes), basisDigest(basis.value)) : hidden(basis);
  const leaf = leafHash(concat(objectPart, basisPart));
  const subtree = rootOfInclusion(opening.index, opening.size, leaf, opening.path.map(parseHash));
  if (subtree === undefined) return false;
  const top = topLeafHash(opening.party, opening.size, subtree);
  const found = rootOfInclusion(opening.partyIndex, opening.parties, top, opening.partyPath.map(parseHash));
  return found !== undefined && equalHashes(found, parseHash(root));
}

/**
 * Reads an opening that someone hands in, as `parseStrict` has parsed it.
 * @throws {Refusal} malformed
 */
export function parseLeafOpening(opening: unknown): LeafOpening {
  if (!isObject(opening)) throw malformed();
  return {
    party: textIn(opening, "party"),
    index: numberIn(opening, "index"),
    size: numberIn(opening, "size"),
    partyIndex: numberIn(opening, "partyIndex"),
    parties: numberIn(opening, "parties"),
    object: parsePart(opening["object"], (part) => ({
      id: textIn(part, "id"),
      version: textIn(part, "version"),
      digest: textIn(part, "digest"),
    })),
    basis: parsePart(opening["basis"], (part) => ({ value: textIn(part, "value") })),
    path: textsIn(opening, "path"),
    partyPath: textsIn(opening, "partyPath"),
  };
}

function parsePart<Value>(part: unknown, parse: (part: JsonObject) => Value): Shown<Value> | Hidden {
  if (!isObject(part)) throw malformed();
  return "salt" in part ? { ...parse(part), salt: textIn(part, "salt") } : { commitment: textIn(part, "commitment") };
}

function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value !== "string") throw malformed();
  return value;
}

function numberIn(object: JsonObject, key: string): number {
  const value = object[key];
  if (typeof value !== "number" || !isTreeSize(value) || value > 0xffff_ffff) throw malformed();
  return value;
}

function textsIn(object: JsonObject, key: string): string[] {
  const value = object[key];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) throw malformed();
  return value;
}

function hidden({ commitment }: Hidden): Hash {
  return parseHash(commitment);
}

function parseHash(base64url: string): Hash {
  return parseBytes(base64url, hashBytes);
}

function parseBytes(base64url: string, length: number): Uint8Array {
  const bytes = parseBase64url(base64url);
  if (bytes.length !== length) throw malformed();
  return bytes;
}

function malformed(): Refusal {
  return new Refusal("malformed", "The value is not an opening of a leaf.", { rule: "leaf-opening" });
}
