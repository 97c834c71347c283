// Who takes part: parties with their memberships and identities, clients, policies, collections. Read as one snapshot of
// an edition; every change bumps the edition, so that a decision made on an older one is made again.
import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { type Client, reaches, roles } from "../directory/client.ts";
import type { Collection } from "../directory/collection.ts";
import type { Directory, PolicyVersion } from "../directory/directory.ts";
import type { Interval, Name, Party, PartyKind } from "../directory/state.ts";
import { type Conference, readConference } from "./conference.ts";
import type { Engine } from "./engine.ts";
import { insert, query, type Statement, update } from "./statement.ts";

/** The directory as the exchange works with it. */
export interface DirectorySnapshot extends Directory, Conference {
  /** Tokens of this party's clients that were issued before are refused. */
  readonly notBefore: ReadonlyMap<string, Micros>;
  readonly byNumber: ReadonlyMap<number, Party>;
}

/** Reads the whole directory. The caller compares its edition before and after, and keeps it as long as that stands. */
export async function readDirectory(engine: Engine, edition: number): Promise<DirectorySnapshot> {
  const [partyRows, memberships, identities, clientRows, policyRows, collectionRows] = await Promise.all([
    engine.read.selectFrom("party").selectAll().orderBy("code").execute(),
    engine.read.selectFrom("membership").selectAll().orderBy("from_added").execute(),
    engine.read.selectFrom("identity").selectAll().orderBy("id").execute(),
    engine.read.selectFrom("client").selectAll().orderBy("id").execute(),
    engine.read.selectFrom("policy").selectAll().orderBy("version").execute(),
    engine.read.selectFrom("collection").selectAll().orderBy("n").execute(),
  ]);
  const intervals = grouped(
    memberships,
    (row) => row.party,
    (row): Interval => ({ from: row.from_added, until: row.until_added }),
  );
  const registered = grouped(
    identities,
    (row) => row.party,
    (row) => row.id,
  );
  const parties = partyRows.map((row): Party => {
    const kind = row.kind as PartyKind; // written by draftParty from a Party
    return {
      n: row.n,
      code: row.code,
      kind,
      name: JSON.parse(row.name) as Name, // as above
      identities: registered.get(row.n) ?? [],
      intervals: kind === "state" ? (intervals.get(row.n) ?? []) : [{ from: 0, until: null }],
    };
  });
  const codes = new Map(parties.map((party) => [party.n, party.code]));
  const conference = await readConference(engine, codes);
  const policies = new Map<string, PolicyVersion>();
  const bases = await turnBases(
    engine,
    policyRows.map((row) => row.turn),
  );
  for (const row of policyRows) {
    const party = codes.get(row.party) ?? "";
    policies.set(party, {
      party,
      version: row.version,
      since: bases.get(row.turn) ?? 0,
      document: objectOf(row.document),
    });
  }
  return {
    ...conference,
    edition,
    parties,
    clients: clientRows.map((row) => clientOf(row, codes.get(row.party) ?? "")),
    policies,
    collections: collectionRows.map((row): Collection => ({ ...row, description: row.description ?? "" })),
    notBefore: new Map(
      partyRows.flatMap((row) => (row.not_before === null ? [] : [[row.code, row.not_before] as const])),
    ),
    byNumber: new Map(parties.map((party) => [party.n, party])),
  };
}

function clientOf(
  row: {
    id: string;
    role: string;
    name: string;
    cleared: number;
    reach: string;
    keys: string;
    not_before: number | null;
    revoked: number;
  },
  party: string,
): Client {
  const role = roles.find((known) => known === row.role);
  const reach = reaches.find((known) => known === row.reach);
  if (role === undefined || reach === undefined) throw new TypeError(`Client ${row.id} has an unknown role or reach.`);
  return {
    id: row.id,
    party,
    role,
    name: row.name,
    cleared: row.cleared === 1,
    reach,
    keys: JSON.parse(row.keys) as readonly JsonObject[], // written by draftClient
    notBefore: row.not_before,
    revoked: row.revoked === 1,
  };
}

async function turnBases(engine: Engine, turns: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (turns.length === 0) return new Map();
  const rows = await engine.read
    .selectFrom("turn")
    .select(["n", "base"])
    .where("n", "in", engine.list([...new Set(turns)]) as never) // a list of numbers; Engine.list is typed for text
    .execute();
  return new Map(rows.map((row) => [row.n, row.base]));
}

function grouped<Row, Item>(
  rows: readonly Row[],
  key: (row: Row) => number,
  item: (row: Row) => Item,
): Map<number, Item[]> {
  const groups = new Map<number, Item[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), item(row)]);
  return groups;
}

function objectOf(text: string): JsonObject {
  const value = JSON.parse(text) as Json; // written by draftPolicy from a JsonObject
  if (!isObject(value)) throw new TypeError("A stored policy is no object.");
  return value;
}

export function draftParty(party: Party): readonly Statement[] {
  return [
    ...insert("party", [
      { n: party.n, code: party.code, kind: party.kind, name: JSON.stringify(party.name), not_before: null },
    ]),
    ...insert(
      "membership",
      party.kind === "state"
        ? party.intervals.map(({ from, until }) => ({ party: party.n, from_added: from, until_added: until }))
        : [],
    ),
    ...insert(
      "identity",
      party.identities.map((id) => ({ id, party: party.n })),
    ),
  ];
}

export const draftIdentity = (id: string, party: number): readonly Statement[] => insert("identity", [{ id, party }]);

/** Ends the open interval of a state's membership, and with it everything that is served to it. */
export function draftMembershipEnd(engine: Engine, party: number, at: Micros): readonly Statement[] {
  return [
    query(
      "membership",
      engine.compile
        .updateTable("membership")
        .set({ until_added: at })
        .where("party", "=", party)
        .where("until_added", "is", null)
        .compile(),
    ),
    ...update("party", [{ n: party, not_before: at }], 1),
  ];
}

export function draftMembershipBegin(party: number, at: Micros): readonly Statement[] {
  return insert("membership", [{ party, from_added: at, until_added: null }]);
}

export function draftClient(client: Client, party: number): readonly Statement[] {
  return insert("client", [
    {
      id: client.id,
      party,
      role: client.role,
      name: client.name,
      cleared: client.cleared ? 1 : 0,
      reach: client.reach,
      keys: JSON.stringify(client.keys),
      not_before: client.notBefore,
      revoked: client.revoked ? 1 : 0,
    },
  ]);
}

export function draftClientRevoked(id: string, at: Micros): readonly Statement[] {
  return update("client", [{ id, revoked: 1, not_before: at }], 1);
}

export function draftPolicy(party: number, version: number, turn: number, document: JsonObject): readonly Statement[] {
  return insert("policy", [{ party, version, turn, document: JSON.stringify(document) }]);
}

export function draftCollection(collection: Collection): readonly Statement[] {
  return insert("collection", [{ ...collection }]);
}

/** All versions of a party's policy, oldest first. */
export async function listPolicies(
  engine: Engine,
  party: number,
): Promise<readonly { version: number; since: Micros; document: string }[]> {
  return engine.read
    .selectFrom("policy")
    .innerJoin("turn", "turn.n", "policy.turn")
    .select(["policy.version as version", "turn.base as since", "policy.document as document"])
    .where("party", "=", party)
    .orderBy("version")
    .execute();
}
