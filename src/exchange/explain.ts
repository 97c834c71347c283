// Explains one's own objects, in the books or not yet: object × party with the basis of each yes and no. By one's own policy
// alone: whether another party's act keeps something back is not told (exchange-model, no-oracle).
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { findCollection, findParty, listRecipients, listStateCodes } from "../directory/directory.ts";
import type { Party } from "../directory/state.ts";
import type { Json } from "../encoding/json.ts";
import { formatMicros, type Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { formatBasis } from "../policy/basis.ts";
import { decideCompanion, isCompanion } from "../policy/companion.ts";
import type { Decision } from "../policy/decision.ts";
import { hangsOnOthers, type Word, wordOf } from "../policy/explain.ts";
import { noAudience } from "../policy/audience.ts";
import type { Deliveries } from "../policy/deliver.ts";
import { parseInstruction } from "../policy/instruction.ts";
import { type PartyRef, publicParty, type Recipient } from "../policy/parties.ts";
import { policyOf } from "../policy/parse.ts";
import type { Policy } from "../policy/policy.ts";
import type { Language } from "../messages/message.ts";
import { messagesIn } from "../messages/messages.ts";
import type { DirectorySnapshot } from "../store/directory.ts";
import { findObjects } from "../store/objects.ts";
import type { Envelope } from "../taxii/envelope.ts";
import { readBooks } from "./books.ts";
import { prepare, type Prepared } from "./contribution-items.ts";
import type { Exchange } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";
import { takeIn } from "./take-in.ts";
import { withRenditions } from "./with-renditions.ts";
import { passDue } from "./tick.ts";
import { decideWorldFor, type Decided, loadWorld, type World } from "./world.ts";

/** One cell of the table. */
export interface Cell {
  readonly party: string;
  /** whole or reduced: offered now; later; unattributed: offered, but in a rendition that is not made yet; no. */
  readonly answer: Word;
  readonly from: string | null;
  readonly until: string | null;
  readonly basis: Decision["basis"];
  /** The basis as a sentence. */
  readonly sentence: string;
}

export interface ObjectExplained {
  readonly id: string;
  readonly type: string;
  readonly version: string;
  readonly collection: string;
  readonly level: string;
  /** Whether it hangs on what others share, too: some of those to whom it is offered may not get it. */
  readonly hangsOnOthers: boolean;
  readonly cells: readonly Cell[];
}

export interface Explained {
  readonly policyVersion: number;
  readonly objects: readonly ObjectExplained[];
  /** Objects that could not be explained, and why. */
  readonly failures: readonly { readonly id: string; readonly message: string }[];
}

/**
 * An object of one's own that is in the books, all its versions.
 * @throws {Refusal} forbidden without the scope · not-found: nothing of one's own has this id
 */
export async function explainObject(
  exchange: Exchange,
  caller: Caller,
  id: string,
  language: Language,
): Promise<Explained> {
  const { directory, party } = await ownerOf(exchange, caller);
  const at = exchange.now();
  const own = (await findObjects(exchange.store.engine, [id])).filter(
    (row) => row.contributor === party.n && row.recalled === 0,
  );
  if (own.length === 0) throw new Refusal("not-found", "There is no such object of yours.");
  const world = await loadWorld(exchange, directory, { n: 0, base: at }, [id]);
  const considered = { party, world, ids: new Set([id]), failures: [] };
  return tell(considered, await decidedOf(exchange, considered), language);
}

/**
 * What would be offered to whom if this were contributed now. Nothing is stored.
 * @throws {Refusal} forbidden without the scope · not-found: no such collection · invalid: the instruction
 */
export async function explainEnvelope(
  exchange: Exchange,
  caller: Caller,
  wanted: Wanted,
  language: Language,
): Promise<Explained> {
  const considered = await consider(exchange, caller, wanted);
  return tell(considered, await decidedOf(exchange, considered), language);
}

/** Objects as they would be posted. */
export interface Wanted {
  readonly collection: string;
  readonly envelope: Envelope;
  readonly instruction: Json | null;
}

/** What there would be to decide on. */
export interface Considered {
  readonly party: Party;
  readonly world: World;
  /** What is asked about. */
  readonly ids: ReadonlySet<string>;
  readonly failures: Explained["failures"];
}

/**
 * What the books would hold if this were contributed now. Nothing is stored.
 * @throws {Refusal} forbidden without the scope · not-found: no such collection · invalid: the instruction
 */
export async function consider(
  exchange: Exchange,
  caller: Caller,
  wanted: Wanted,
): Promise<Considered & { readonly prepared: Prepared }> {
  const { directory, party } = await ownerOf(exchange, caller);
  const collection = findCollection(directory, wanted.collection);
  if (collection === null) throw new Refusal("not-found", "There is no such collection.");
  const instruction =
    wanted.instruction === null ? null : parseInstruction(wanted.instruction, listStateCodes(directory));
  const { head } = await exchange.directory();
  const prepared = prepare(wanted.envelope);
  const turn = { n: head.turn + 1, base: exchange.now(), edition: directory.edition };
  const taken = await takeIn(exchange, party, collection, instruction, prepared, turn);
  const world = await loadWorld(exchange, directory, turn, taken.touched, taken.fresh);
  // What is there already is explained with it.
  const ids = new Set(prepared.items.map((item) => item.object.id));
  const there = await readBooks(exchange.store.engine, party, ids, new Set());
  const again = [...ids].filter((id) => there.own(id).length > 0 && !taken.touched.has(id));
  const whole =
    again.length === 0 ? world : await loadWorld(exchange, directory, turn, [...taken.touched, ...again], taken.fresh);
  const failures = [
    ...prepared.failures.values(),
    ...[...taken.outcomes.values()].filter((one) => one.result === "failure"),
  ];
  return {
    party,
    world: whole,
    ids,
    failures: failures.map(({ id, message }) => ({ id, message: message ?? "" })),
    prepared,
  };
}

/** Who has what hangs on others, so an explanation does not look: a revocation is told with the delay of its rule. */
export const untold: Deliveries = {
  now: () => noAudience,
  ever: () => noAudience,
  everWhole: () => noAudience,
  since: () => null,
};

async function ownerOf(exchange: Exchange, caller: Caller): Promise<{ directory: DirectorySnapshot; party: Party }> {
  requireScope(caller, "explain");
  // What it was released counts as it is now.
  await passDue(exchange, await exchange.store.head());
  const { directory } = await exchange.directory();
  stillStands(directory, caller);
  const party = findParty(directory, caller.state);
  if (party === null || party.kind !== "state") throw new Refusal("forbidden", "Only a state has objects of its own.");
  return { directory, party };
}

/** What one's own policy says of what is asked about, for everybody whom it can be about, and what is left of it for them. */
export async function decidedOf(
  exchange: Exchange,
  { party, world, ids }: Considered,
): Promise<readonly Decided<Recipient>[]> {
  const { directory } = world;
  const decided = decideWorldFor(recipientsOf(directory, [policyOf(directory, party.code)]), world, untold).filter(
    ({ version }) => version.row.contributor === party.n && version.row.recalled === 0 && ids.has(version.row.id),
  );
  const along = decided.map((one) => ({ ...one, decisions: withCompanions(one, decided) }));
  return withRenditions(exchange, along);
}

/** The same in words, object by object, in the order given. */
export function tell(
  { party, world: { directory, at }, failures }: Considered,
  decided: readonly Decided<Recipient>[],
  language: Language,
): Explained {
  const collections = new Map(directory.collections.map((collection) => [collection.n, collection.alias]));
  return {
    policyVersion: directory.policies.get(party.code)?.version ?? 0,
    objects: decided.map(({ version, level, decisions, recipients }) => ({
      hangsOnOthers: hangsOnOthers(version, party.code),
      id: version.row.id,
      type: version.row.type,
      version: version.row.version,
      collection: collections.get(version.row.collection) ?? "",
      level,
      cells: recipients.flatMap((recipient, i) => {
        const decision = decisions[i];
        return decision === undefined ? [] : [cellOf(recipient, decision, at, language)];
      }),
    })),
    failures,
  };
}

/** Everybody that a decision can be about; the public where one of the policies speaks of it. No feed serves the public. */
export function recipientsOf(directory: DirectorySnapshot, policies: readonly Policy[]): readonly Recipient[] {
  const isPublic = ({ kind }: PartyRef): boolean => kind === "public";
  const speaks = policies.some(({ rules }) =>
    rules.some(({ parties, except }) => [...parties, ...except].some(isPublic)),
  );
  return [...listRecipients(directory), ...(speaks ? [publicParty] : [])];
}

/** A definition goes where what uses it goes. */
function withCompanions(one: Decided<Recipient>, decided: readonly Decided<Recipient>[]): readonly Decision[] {
  const { row, facts } = one.version;
  if (!isCompanion(row.type)) return one.decisions;
  const users = decided.filter((user) =>
    user.version.readings.refs.some((ref) => ref.id === row.id && ref.holder === row.contributor),
  );
  return decideCompanion(
    facts,
    one.decisions,
    users.map((user) => user.decisions),
  );
}

function cellOf(recipient: Recipient, decision: Decision, at: Micros, language: Language): Cell {
  const offered = decision.offered;
  return {
    party: recipient.code,
    answer: wordOf(decision, at),
    from: offered ? formatMicros(decision.from) : null,
    until: offered && decision.until !== null ? formatMicros(decision.until) : null,
    basis: decision.basis,
    sentence: formatBasis(decision.basis, messagesIn(language)),
  };
}
