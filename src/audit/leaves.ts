// The root of a contribution: one hash that commits, for each party, to what it was given and why. A party is shown its
// own leaf, with or without the basis, and learns nothing of the others from it: every party has a place in the top tree,
// with or without objects, and everything hidden is salted.
//
//   leaf      SHA-256(0x00 ‖ object commitment ‖ basis commitment)          one for each object that a party is given
//   subtree   RFC 9162 tree over a party's leaves; for a party without any, 32 pseudorandom bytes
//   top leaf  SHA-256(0x00 ‖ party ‖ 0x00 ‖ number of its leaves ‖ root of its subtree)
//   root      RFC 9162 tree over the parties' top leaves

import { formatBase64url } from "../encoding/base64.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { formatCanonical } from "../encoding/canonical-json.ts";
import { hmacSha256, sha256 } from "../encoding/sha256.ts";
import { type EntryName, isEntryNumber, isJournalName, saltBytes } from "./entry.ts";
import { type Hash, leafHash, leafPrefix, nodePrefix, rootOf } from "./tree.ts";
import { bytesOfWords, hashNumber, hashPair, hashSalted, hashWords, putWords, saltWords } from "./word-hash.ts";

/** A version of an object, in the rendition that a party is given. */
export interface ReleasedObject {
  readonly id: string;
  readonly version: string;
  /** The digest of the rendition, as text. */
  readonly digest: string;
}

/** One leaf: an object, and the sentence or record that says why the party may see it. */
export interface ReleasedLeaf {
  readonly object: ReleasedObject;
  readonly basis: string;
}

export interface Recipient {
  /** The party's code, at most `partyLengthMax` bytes of UTF-8 and without U+0000. */
  readonly party: string;
  readonly leaves: readonly ReleasedLeaf[];
}

/**
 * What the root commits to. An object that is given to many parties is best the same JavaScript object in each of their
 * leaves: its digest is then made once. `recipients` lists all parties, always the same in the same order,
 * whether given something or not.
 */
export interface Contribution extends EntryName {
  readonly recipients: readonly Recipient[];
}

/** Keeps a top leaf shorter than the 64 bytes of a leaf, so that neither can stand for the other. */
export const partyLengthMax = 24;
/** A leaf's number in its party has 32 bits, of which the last value makes the place of a party without leaves. */
export const leavesMax = 0xffff_fffe;

/**
 * The root of a contribution's leaves as base64url, the value of the entry's field `root`.
 * @throws {TypeError} when a name or party cannot be written, or a party stands twice
 */
export function rootOfLeaves(contribution: Contribution, periodKey: Uint8Array): string {
  const subtrees = new LeafHasher(contribution, periodKey);
  const tops = contribution.recipients.map((recipient) => topLeaf(recipient, subtrees.rootOf(recipient)));
  return formatBase64url(rootOf(tops));
}

/** The hash that stands for a party in the top tree: its leaves are counted, so that none can be kept from it unseen. */
export function topLeafHash(party: string, size: number, subtree: Hash): Hash {
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, size);
  return leafHash(concat(utf8(party), Uint8Array.of(0), count, subtree));
}

/** The hash of a party's place in the top tree. */
export function topLeaf(recipient: Recipient, subtree: Hash): Hash {
  return topLeafHash(recipient.party, recipient.leaves.length, subtree);
}

/** What an object's commitment is made of, besides its salt. */
export function objectDigest({ id, version, digest }: ReleasedObject): Hash {
  return sha256(`object\0${formatCanonical([id, version, digest])}`);
}

/** What a basis's commitment is made of, besides its salt. */
export function basisDigest(basis: string): Hash {
  return sha256(`basis\0${basis}`);
}

/** The commitment that a leaf holds of a digest: SHA-256(salt ‖ digest), the salt of 16 bytes. */
export function commitDigest(salt: Uint8Array, digest: Hash): Hash {
  return sha256(concat(salt, digest));
}

/** The salts of a leaf. */
export interface LeafSalts {
  readonly object: Uint8Array;
  readonly basis: Uint8Array;
}

/**
 * Hashes the leaves of a contribution, party by party, in buffers that are used again. Digests of objects and bases are
 * kept: most parties are given the same objects for the same reasons.
 */
export class LeafHasher {
  readonly #contributionKey: Uint8Array;
  readonly #objects = new DigestStore<ReleasedObject>(objectDigest);
  readonly #bases = new DigestStore<string>(basisDigest);
  readonly #partyKey = new Int32Array(hashWords);
  readonly #salts = new Int32Array(2 * saltWords);
  readonly #pair = new Int32Array(2 * hashWords);
  #nodes = new Int32Array(0);

  constructor({ journal, n, recipients }: Contribution, periodKey: Uint8Array) {
    if (periodKey.length !== saltBytes) throw new TypeError("The key of a salt period has 32 bytes.");
    if (!isJournalName(journal) || !isEntryNumber(n)) throw new TypeError("The entry has no name that can be written.");
    const parties = new Set(recipients.map(({ party }) => party));
    if (parties.size !== recipients.length || ![...parties].every(isParty)) {
      throw new TypeError("The parties cannot be told apart or written.");
    }
    if (recipients.some(({ leaves }) => leaves.length > leavesMax)) throw new TypeError("A party has too many leaves.");
    // The same form as the salts of the entry's fields, with a label that no field has.
    this.#contributionKey = hmacSha256(periodKey, `${journal}\0${n}\0leaves`);
  }

  /** The root of a party's subtree. */
  rootOf(recipient: Recipient): Hash {
    const size = recipient.leaves.length;
    this.#hashLeaves(recipient);
    // An odd node rises as it is; nodes are written where others were already read.
    for (let count = size; count > 1; count = (count + 1) >>> 1) {
      for (let i = 0; i + 1 < count; i += 2) hashPair(nodePrefix, this.#nodes, i * 8, this.#nodes, i * 4);
      if (count % 2 === 1) this.#nodes.copyWithin((count - 1) * 4, (count - 1) * 8, count * 8);
    }
    return bytesOfWords(this.#nodes, 0, hashWords);
  }

  /** The hashes of a party's leaves in order. */
  leavesOf(recipient: Recipient): Hash[] {
    this.#hashLeaves(recipient);
    return recipient.leaves.map((_, i) => bytesOfWords(this.#nodes, i * hashWords, hashWords));
  }

  /** The salts of one leaf of a party. */
  saltsOf(party: string, index: number): LeafSalts {
    this.#prepareParty(party);
    hashNumber(this.#partyKey, index, this.#salts);
    return {
      object: bytesOfWords(this.#salts, 0, saltWords),
      basis: bytesOfWords(this.#salts, saltWords, saltWords),
    };
  }

  #prepareParty(party: string): void {
    putWords(hmacSha256(this.#contributionKey, party), this.#partyKey, 0);
  }

  // Fills the nodes with the party's leaf hashes; without leaves, with the 32 bytes in their place.
  #hashLeaves({ party, leaves }: Recipient): void {
    const needed = Math.max(1, leaves.length) * hashWords;
    if (this.#nodes.length < needed) this.#nodes = new Int32Array(needed);
    this.#prepareParty(party);
    if (leaves.length === 0) {
      hashNumber(this.#partyKey, leavesMax + 1, this.#nodes);
      return;
    }
    const [salts, pair] = [this.#salts, this.#pair];
    let at = 0;
    for (const { object, basis } of leaves) {
      // One hash of the party's key and the leaf's number gives both salts: inputs of one fixed length under a secret of
      // 256 bits, so it is as good a source of salts as HMAC at half the cost.
      hashNumber(this.#partyKey, at / hashWords, salts);
      // Placing comes before taking the words, which a new digest can move.
      const objectAt = this.#objects.placeOf(object);
      const basisAt = this.#bases.placeOf(basis);
      hashSalted(salts, 0, this.#objects.words, objectAt, pair, 0);
      hashSalted(salts, saltWords, this.#bases.words, basisAt, pair, hashWords);
      hashPair(leafPrefix, pair, 0, this.#nodes, at);
      at += hashWords;
    }
  }
}

// Digests as words, one after the other, each made once.
class DigestStore<Key> {
  words = new Int32Array(64 * hashWords);
  readonly #places = new Map<Key, number>();
  readonly #digest: (key: Key) => Hash;

  constructor(digest: (key: Key) => Hash) {
    this.#digest = digest;
  }

  placeOf(key: Key): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#places.size * hashWords;
    if (place === this.words.length) {
      const larger = new Int32Array(place * 2);
      larger.set(this.words);
      this.words = larger;
    }
    putWords(this.#digest(key), this.words, place);
    this.#places.set(key, place);
    return place;
  }
}

/** Whether a text can be a party's code. */
export function isParty(party: string): boolean {
  return party !== "" && party.isWellFormed() && !party.includes("\0") && utf8(party).length <= partyLengthMax;
}
