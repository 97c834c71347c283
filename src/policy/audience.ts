// Audiences: which parties, for each of the five ceilings that a client can have. A state's clients do not see the same: what
// is held, named by references and last is decided for each state and ceiling (exchange-model, holder). Stored and MACed.
import { levels } from "../stix/marking.ts";
import { nobody, only, type PartySet, parseParties, formatParties } from "./party-set.ts";

/** The sets of parties by ceiling, the mildest first: `audience[levelRank(ceiling)]`. */
export type Audience = readonly PartySet[];

/** How many ceilings there are: a client's is the strictest level that it may have. */
export const ceilingsCount = levels.length;

/** All ceilings, as their ranks. */
export const ceilings: readonly number[] = levels.map((_, rank) => rank);

/** Every ceiling as a bit. */
export const allCeilings = 2 ** ceilingsCount - 1;

export const noAudience: Audience = ceilings.map(() => nobody);

export function at(audience: Audience, ceiling: number): PartySet {
  return audience[ceiling] ?? nobody;
}

/** The same parties at each of these ceilings, given as bits. */
export function audienceOf(parties: PartySet, bits: number): Audience {
  return ceilings.map((ceiling) => (hasCeiling(bits, ceiling) ? parties : nobody));
}

export function hasCeiling(bits: number, ceiling: number): boolean {
  return ((bits >> ceiling) & 1) === 1;
}

export function union(...audiences: readonly Audience[]): Audience {
  const [first, ...others] = audiences;
  if (first === undefined) return noAudience;
  return others.length === 0
    ? first
    : ceilings.map((ceiling) => others.reduce((set, audience) => set | at(audience, ceiling), at(first, ceiling)));
}

/** The audience without a party, or of that party alone. */
export function without(audience: Audience, party: number): Audience {
  return audience.map((set) => set & ~only(party));
}

export function restrictedTo(audience: Audience, parties: PartySet): Audience {
  return audience.map((set) => set & parties);
}

/** Whoever has it at any ceiling. */
export function anyCeiling(audience: Audience): PartySet {
  return audience.reduce((all, set) => all | set, nobody);
}

/** Ceilings at which the party belongs to it, as bits. */
export function ceilingsOf(audience: Audience, party: number): number {
  let bits = 0;
  for (const ceiling of ceilings) if (((at(audience, ceiling) >> BigInt(party)) & 1n) === 1n) bits |= 1 << ceiling;
  return bits;
}

/** `rank:set` wherever the set is another than at the ceiling below, mildest first; empty where nobody has it. */
export function formatAudience(audience: Audience): string {
  let before = nobody;
  const parts: string[] = [];
  for (const ceiling of ceilings) {
    const set = at(audience, ceiling);
    if (set !== before) parts.push(`${ceiling}:${formatParties(set)}`);
    before = set;
  }
  return parts.join(",");
}

/** Nobody, for a text that formatAudience did not write: a damaged book must fail closed and fail no page. */
export function parseAudience(text: string): Audience {
  if (text === "") return noAudience;
  const sets = new Map<number, PartySet>();
  for (const part of text.split(",")) {
    const [rank, set, ...rest] = part.split(":");
    if (rank === undefined || set === undefined || rest.length > 0 || !/^[0-4]$/.test(rank)) return noAudience;
    sets.set(Number(rank), parseParties(set));
  }
  let before = nobody;
  return ceilings.map((ceiling) => (before = sets.get(ceiling) ?? before));
}
