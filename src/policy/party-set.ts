// Sets of parties as bits by party number: an audience of two hundred states is one number, and the fixpoint of
// settle.ts is a handful of `and`s. Stored and MACed as lower-case hexadecimal.

export type PartySet = bigint;

export const nobody: PartySet = 0n;

/** An audience that every present and future party belongs to: the commons'. */
export const ANYONE = "*";

export function only(party: number): PartySet {
  return 1n << BigInt(party);
}

export function setOf(parties: Iterable<number>): PartySet {
  let set = nobody;
  for (const party of parties) set |= only(party);
  return set;
}

export function includes(set: PartySet, party: number): boolean {
  return ((set >> BigInt(party)) & 1n) === 1n;
}

/** Party numbers of a set, ascending. */
export function membersOf(set: PartySet): readonly number[] {
  const members: number[] = [];
  let rest = set;
  for (let party = 0; rest !== 0n; party += 1) {
    if ((rest & 1n) === 1n) members.push(party);
    rest >>= 1n;
  }
  return members;
}

export function formatParties(set: PartySet): string {
  return set.toString(16);
}

/** Nobody, for a text that formatParties did not write: a damaged book must fail closed and fail no page. */
export function parseParties(text: string): PartySet {
  return /^[0-9a-f]{1,4096}$/.test(text) ? BigInt(`0x${text}`) : nobody;
}
