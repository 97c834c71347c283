// Admits a state: it gets a number, an identity to speak under, the commons, and from now on whatever is released to
// everyone. Nothing that was contributed before reaches it (exchange-model, forward-only).
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { findParty, findRegistrant } from "../directory/directory.ts";
import { exchangeNumber, type Party, type StateRegistration } from "../directory/state.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { uuid4 } from "../encoding/uuid.ts";
import { Refusal } from "../refusal.ts";
import { check } from "../stix/check.ts";
import type { StixObject } from "../stix/object.ts";
import { draftNetworks } from "../store/conference.ts";
import { type DirectorySnapshot, draftParty } from "../store/directory.ts";
import { draftDueOf, draftRecalled, findObjects } from "../store/objects.ts";
import type { Statement } from "../store/statement.ts";
import type { Drafted, Turn } from "../store/store.ts";
import { draftArrival, draftPinned } from "./commons.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { ownersWhose } from "./redecide.ts";
import { checkNetworks } from "./set-networks.ts";
import { settleWorld } from "./settle-world.ts";
import { stillStands } from "./still-stands.ts";
import { recalled } from "./tick.ts";
import { loadWorld } from "./world.ts";

export interface NewState {
  readonly registration: StateRegistration;
  /** Its STIX identities; without any it gets one made from its name. */
  readonly identities: readonly StixObject[];
}

export interface AddedState {
  readonly party: Party;
  readonly identities: readonly StixObject[];
  readonly networks: readonly string[];
}

/**
 * @throws {Refusal} forbidden without the scope · conflict: the code, an identity or a network is taken · invalid: an identity that is
 * not valid STIX, or that holds contact information (the commons have none)
 */
export async function addState(exchange: Exchange, caller: Caller, wanted: NewState): Promise<AddedState> {
  requireScope(caller, "members");
  return addStateAs(exchange, caller.client, wanted, (directory) => stillStands(directory, caller));
}

/** The same for the operator's own command, which has the database and needs no caller. */
export async function addStateAs(
  exchange: Exchange,
  actor: string,
  wanted: NewState,
  allow: (directory: DirectorySnapshot) => void = () => undefined,
): Promise<AddedState> {
  wanted.identities.forEach(checkIdentity);
  const made = wanted.identities.length === 0 ? uuid4(exchange.random(16)) : null;
  const committed = await exchange.store.commit<AddedState>({
    id: newActId(exchange),
    alone: true,
    async draft(turn): Promise<Drafted<AddedState>> {
      const directory = await exchange.directoryAt(turn.edition);
      allow(directory);
      const { registration } = wanted;
      if (findParty(directory, registration.code) !== null)
        throw new Refusal("conflict", `${registration.code} is a member already.`, { pointer: "/code" });
      checkNetworks(directory, registration.code, registration.networks);
      const identities =
        made === null ? wanted.identities : [identityOf(registration, `identity--${made}`, formatMicros(turn.base))];
      for (const identity of identities) {
        if (findRegistrant(directory, identity.id) !== null)
          throw new Refusal("conflict", "This identity is registered already.", {
            pointer: "/identities",
            subject: identity.id,
          });
      }
      const party: Party = {
        n: Math.max(...directory.parties.map((one) => one.n)) + 1,
        code: registration.code,
        kind: "state",
        name: registration.name,
        identities: identities.map((identity) => identity.id),
        intervals: [{ from: turn.base, until: null }],
      };
      const apart = directory.parties.filter((one) => one.kind === "secretariat");
      const pinned = draftPinned(exchange, turn.n, turn.base, identities, directory.collections, apart);
      const arrival = await draftArrival(exchange, party, turn.base + pinned.width);
      const planted = await endPlanted(exchange, directory, turn, party.identities);
      // Whose policy lets a newcomer have what was contributed before: that follows, the oldest first, before anybody reads again.
      const reaching = ownersWhose(directory, ({ grow }) => grow === "auto").map(({ n }) => n);
      return {
        early: [...draftParty(party), ...draftNetworks(party.n, [], registration.networks), ...pinned.early],
        late: [...planted, ...pinned.late, ...arrival.late, ...draftDueOf(exchange.store.engine, turn.base, reaching)],
        fields: fieldsText({
          kind: "membership",
          time: formatMicros(turn.base),
          actor,
          to: party.code,
          ...(registration.networks.length === 0 ? {} : { object: { networks: [...registration.networks] } }),
          outcome: "admitted",
        }),
        width: pinned.width + arrival.width,
        bump: true,
        narrows: planted.length > 0,
        footprint: new Set(party.identities),
        result: { party, identities, networks: registration.networks },
      };
    },
  });
  return committed.result;
}

/**
 * What others contributed under an identity before it was registered ends: the id is the state's own word from now on, and two
 * contents under one id and version there must not be. Nothing tells them; a refusal would.
 */
async function endPlanted(
  exchange: Exchange,
  directory: DirectorySnapshot,
  turn: Turn,
  ids: readonly string[],
): Promise<readonly Statement[]> {
  const planted = (await findObjects(exchange.store.engine, ids)).filter(
    (row) => row.contributor !== exchangeNumber && row.recalled === 0,
  );
  if (planted.length === 0) return [];
  const ns = planted.map((row) => row.n);
  const world = recalled(await loadWorld(exchange, directory, turn, ids), new Set(ns));
  return [...(await settleWorld(exchange, world, new Set(), "registered")).late, ...draftRecalled(ns)];
}

function identityOf(registration: StateRegistration, id: string, at: string): StixObject {
  const time = `${at.slice(0, 23)}Z`;
  return {
    type: "identity",
    spec_version: "2.1",
    id,
    created: time,
    modified: time,
    name: registration.name.en,
    identity_class: "organization",
  };
}

function checkIdentity(identity: StixObject, i: number): void {
  const pointer = `/identities/${i}`;
  if (identity.type !== "identity")
    throw new Refusal("invalid", "A registered identity is a STIX identity.", { pointer });
  if (identity["contact_information"] !== undefined)
    throw new Refusal("invalid", "Registered identities are given to every member and carry no contact information.", {
      pointer: `${pointer}/contact_information`,
      rule: "commons",
    });
  const [finding] = check(identity).filter((one) => one.severity === "error");
  if (finding !== undefined)
    throw new Refusal("invalid", finding.message, { pointer: pointer + finding.pointer, rule: finding.rule });
}
