// Whom a rule speaks of: `all`, a state's code, `group:name`, `circle:name`, `named`, `author`, `affected`, `secretariat`,
// `public` (policy.md, The document, Parties), and how far each of them reaches. What is not known is never taken for a yes.

import type { Micros } from "../encoding/timestamp.ts";
import { type Level, levelRank } from "../stix/marking.ts";
import { type Interval, isWithin, type Party } from "../directory/state.ts";
import { type Confirmations, membershipOf } from "./growth.ts";
import type { Policy } from "./policy.ts";

export type PartyRef =
  | { readonly kind: "all" }
  | { readonly kind: "named" }
  /** The authors of what the object refers to. */
  | { readonly kind: "author" }
  /** States whose published networks or country domain occur in the object. */
  | { readonly kind: "affected" }
  | { readonly kind: "secretariat" }
  | { readonly kind: "public" }
  | { readonly kind: "state"; readonly code: string }
  | { readonly kind: "group"; readonly name: string }
  | { readonly kind: "circle"; readonly name: string };

/** Anyone at all. */
export interface Public {
  readonly kind: "public";
  readonly code: "public";
}
export const publicParty: Public = { kind: "public", code: "public" };

/** The author of an object that its readers know without one: a state, and nobody says which. */
export interface Unattributed {
  readonly kind: "unattributed";
  readonly code: "unattributed";
}
export const unattributedParty: Unattributed = { kind: "unattributed", code: "unattributed" };

/** Whom a decision can be about. The public and the unattributed author take part for ever, and have no standing. */
export type Recipient = Party | Public | Unattributed;

export type Groups = ReadonlyMap<string, ReadonlySet<string>>;

/** The circles by name, and when each of their members, by its code, belonged to them. */
export type Circles = ReadonlyMap<string, ReadonlyMap<string, readonly Interval[]>>;

/** Those whom the contribution's instruction names; null: it names nobody in particular. */
export type Named = readonly string[] | null;

/** What references are held against, of one object of one contribution. Absent: not known. */
export interface Circumstances {
  readonly policy: Pick<Policy, "groups" | "grow">;
  /** Code of the policy's owner: only a member can name a circle. */
  readonly owner: string;
  readonly named: Named;
  readonly contributedAt: Micros;
  readonly at: Micros;
  readonly circles?: Circles | undefined;
  readonly confirmed?: Confirmations | undefined;
  readonly authors?: readonly string[] | undefined;
  /** Who really are the authors that `authors` calls unattributed. */
  readonly unmasked?: readonly string[] | undefined;
  readonly affected?: readonly string[] | undefined;
}

/** Whether a share with this reference names the recipient, its standing and the ceiling aside. */
export function sharesWith(ref: PartyRef, recipient: Recipient, about: Circumstances): boolean {
  return coverage(ref, recipient, about) === "yes";
}

/**
 * Whether a withhold, or the `except` of a share, keeps the recipient out: also where it is not known. The public holds
 * everybody, so what is kept from anybody is kept from it.
 */
export function keepsFrom(ref: PartyRef, recipient: Recipient, about: Circumstances): boolean {
  return recipient.kind === "public" || coverage(ref, recipient, about) !== "no";
}

/** Whether the `except` of a withhold takes the recipient out of it. */
export function releasesFrom(ref: PartyRef, recipient: Recipient, about: Circumstances): boolean {
  return recipient.kind !== "public" && coverage(ref, recipient, about) === "yes";
}

type Coverage = "yes" | "no" | "unknown";

function coverage(ref: PartyRef, recipient: Recipient, about: Circumstances): Coverage {
  if (ref.kind === "public" || ref.kind === "secretariat") return yes(recipient.kind === ref.kind);
  if (recipient.kind !== "state" && recipient.kind !== "unattributed") return "no";
  const { code } = recipient;
  switch (ref.kind) {
    case "all":
      return "yes";
    case "state":
      return yes(code === ref.code);
    case "group":
      return yes(about.policy.groups.get(ref.name)?.has(code) ?? false);
    case "named":
      return yes(about.named?.includes(code) ?? false);
    case "author":
      return authorCoverage(recipient, about);
    case "affected":
      return about.affected === undefined ? "unknown" : yes(about.affected.includes(code));
    case "circle":
      return circleCoverage(ref.name, recipient, about);
  }
}

// An unattributed author may be any state: a share reaches it by what only the exchange knows, and a withhold reaches all.
function authorCoverage({ code }: Recipient, { authors, unmasked }: Circumstances): Coverage {
  if (authors === undefined) return "unknown";
  if (authors.includes(code) || (isMasked(authors) && unmasked?.includes(code) === true)) return "yes";
  return isMasked(authors) ? "unknown" : "no";
}

function isMasked(authors: readonly string[]): boolean {
  return authors.includes(unattributedParty.code);
}

/** Whether the recipient is an author of what the object refers to, as far as is known. */
export function isAuthor(recipient: Recipient, about: Pick<Circumstances, "authors" | "unmasked">): boolean {
  const { authors = [], unmasked = [] } = about;
  return authors.includes(recipient.code) || (isMasked(authors) && unmasked.includes(recipient.code));
}

// A circle that is gone, or that the owner left, is not empty but unknown: a withhold by it must not fall away.
function circleCoverage(name: string, recipient: Recipient, about: Circumstances): Coverage {
  const members = about.circles?.get(name);
  if (members === undefined || !isMemberNow(members, about.owner, about.at)) return "unknown";
  const intervals = members.get(recipient.code) ?? [];
  const growth = { policy: about.policy, code: recipient.code, confirmed: about.confirmed };
  const membership = membershipOf(intervals, about, growth);
  return membership === "both" ? "yes" : membership === "partly" ? "unknown" : "no";
}

/**
 * Whether the recipient belongs to the circle now and did not, for this contribution: what `grow` speaks of. Who joins a circle
 * that the owner has left is not its to know.
 */
export function joinedLater(ref: PartyRef, recipient: Recipient, about: Circumstances): boolean {
  if (ref.kind !== "circle" || circleCoverage(ref.name, recipient, about) !== "unknown") return false;
  const members = about.circles?.get(ref.name);
  if (!isMemberNow(members, about.owner, about.at)) return false;
  const intervals = members?.get(recipient.code) ?? [];
  return intervals.some(
    ({ from, until }) => from > about.contributedAt && from <= about.at && (until ?? about.at + 1) > about.at,
  );
}

/**
 * Whether a share reaches up to this level by this reference (policy.md step 3): red only by a code, the rule's own or the
 * instruction's; amber and stricter by `all` only where the rule has a condition on tlp; the public nothing but clear. That the
 * condition includes the level is not asked here: a rule whose conditions do not hold shares nothing.
 */
export function reaches(ref: PartyRef, level: Level, hasTlp: boolean): boolean {
  if (level === "red") return ref.kind === "state" || ref.kind === "named";
  if (ref.kind === "public") return level === "clear";
  return ref.kind !== "all" || hasTlp || levelRank(level) < levelRank("amber");
}

/** Whether whom the reference means hangs on the object. */
export function isOfTheObject({ kind }: PartyRef): boolean {
  return kind === "author" || kind === "affected";
}

function isMemberNow(members: ReadonlyMap<string, readonly Interval[]> | undefined, code: string, at: Micros): boolean {
  return members?.get(code)?.some((interval) => isWithin(interval, at)) === true;
}

function yes(covered: boolean): Coverage {
  return covered ? "yes" : "no";
}
