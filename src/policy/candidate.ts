// What decisions make of a version: what its owner's rules give of it, and what it needs. settle.ts, deliver.ts and releases.ts go
// on from there.
import type { Micros } from "../encoding/timestamp.ts";
import type { Audience } from "./audience.ts";
import type { Terms } from "./decision.ts";
import type { PartySet } from "./party-set.ts";

/** What an owner's rules give, for the recipients for whom time and terms are the same. */
export interface Grant {
  readonly parties: PartySet;
  readonly from: Micros;
  readonly until: Micros | null;
  readonly terms: Terms;
  /** Rank of the strictest level at which the owner's rules give marked parts, too. */
  readonly parts: number;
  /** Bits: the ceilings at which terms or granular markings take something away, and at which nothing may be left of it. */
  readonly reduces: number;
  readonly withholds: number;
}

/** One version of an object, as one contributor placed it in one collection. */
export interface Candidate {
  /** Number in the books; ascending with turns. */
  readonly n: number;
  readonly contributor: number;
  readonly collection: number;
  readonly id: string;
  readonly versionKey: string;
  readonly type: string;
  /** Characters of its whole rendition. */
  readonly size: number;
  /** Rank of its ceiling. */
  readonly level: number;
  /** It has a marking of its own that has a level. */
  readonly marked: boolean;
  /** `created_by_ref` is an identity of its contributor's. */
  readonly authored: boolean;
  readonly recalled: boolean;
  readonly revoked: boolean;
  /** Equal for equal content. */
  readonly digest: string;
  readonly grants: readonly Grant[];
  /** References as the contributor read them: whose copy of which id. Unread and commons ones are not among them. */
  readonly refs: readonly Reading[];
  /** Lists of places in `refs`, of each of which one reference has to stay. */
  readonly needs: readonly (readonly number[])[];
  /** It keeps its id when it is reduced: an observable whose id recomputes, a definition. */
  readonly fixed: boolean;
  /** For whom it stood before, and ever, in whichever rendition; and who ever knew it by its own id. */
  readonly stood: Audience;
  readonly had: Audience;
  readonly known: Audience;
}

/** A reference as its contributor read it: whose copy of which id, and whose else where its clients did not have the same. */
export interface Reading {
  readonly id: string;
  readonly holder: number;
  readonly also?: readonly number[];
  /** How the object spells it, where its contributor knew it by a derived id. */
  readonly as?: string;
}

/** Where the world ends: what is known of copies that are not among the candidates. */
export interface Surroundings {
  readonly at: Micros;
  /** Parties that may receive something new now: active states, and the secretariat. */
  readonly active: PartySet;
  /** Who has or had an id by release, over its copies and versions outside the world. */
  hadOf(id: string): Audience;
  /** Of these, who ever knew it by its own id. */
  knownBy(id: string): Audience;
  /** Where a contributor has or had its own copy outside the world. */
  ownOf(contributor: number, id: string): Audience;
}

/** Who refers to what, and the versions of each id, by place. */
export interface Links {
  readonly copies: ReadonlyMap<string, readonly number[]>;
  readonly users: ReadonlyMap<string, readonly number[]>;
}

/** Who has or had what a reference leads to. */
export type Knows = (ref: Reading) => PartySet;

export function isNow(grant: Grant, now: Micros): boolean {
  return grant.from <= now && (grant.until === null || now < grant.until);
}
