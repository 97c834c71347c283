// The tables as Kysely sees them: one interface a table, the same on every engine (migrations/).
// Times are integer microseconds; audiences are as policy/audience formats them; JSON is text.

export interface Tables {
  head: { id: number; turn: number; clock: number; edition: number; narrowed: number };
  turn: { n: number; act: string; edition: number; base: number; fields: string };
  party: { n: number; code: string; kind: string; name: string; not_before: number | null };
  membership: { party: number; from_added: number; until_added: number | null };
  identity: { id: string; party: number };
  network: { block: string; party: number };
  circle_name: { n: number; name: string; description: string };
  circle_member: { circle: number; party: number; from_added: number; until_added: number | null };
  confirmation: { party: number; state: number; at: number };
  terms: { version: number; at: number; digest: string; text: string };
  signature: { party: number; version: number; at: number; client: string; jws: string };
  client: {
    id: string;
    party: number;
    role: string;
    name: string;
    cleared: number;
    reach: string;
    keys: string;
    not_before: number | null;
    revoked: number;
  };
  policy: { party: number; version: number; turn: number; document: string };
  collection: { n: number; id: string; alias: string; title: string; description: string | null };
  contribution: {
    n: number;
    party: number;
    client: string;
    collection: number;
    at: number;
    facts: string;
    /** How many contacts have to approve it before anybody else is given it; 0: it does not wait. */
    waits: number;
    /** When the last of them did; null: it never waited, or waits. */
    approved: number | null;
  };
  policy_change: {
    act: string;
    party: number;
    client: string;
    at: number;
    base: number;
    waits: number;
    document: string;
  };
  approval: { act: string; client: string; at: number };
  intake: {
    party: number;
    object: number;
    /** As the rendition names it: a state's code, or unattributed. */
    giver: string;
    /** Bits: the ceilings at which it would be given. */
    ceilings: number;
    /** 1: by its own id and as it is. */
    whole: number;
    /** held, taken or refused. */
    state: string;
    at: number;
  };
  object: {
    n: number;
    contribution: number;
    contributor: number;
    collection: number;
    id: string;
    version: string;
    version_key: string;
    type: string;
    digest: string;
    /** Characters of its text. */
    size: number;
    facts: string;
    refs: string;
    /** Who may have it whole; in a reduced rendition; who ever had either; who ever knew it by its own id. */
    audience: string;
    reduced: string;
    had: string;
    known: string;
    mac: string;
    recalled: number;
  };
  rendition: { n: number; object: number; recipient: number; generation: number; body: string };
  derived: {
    n: number;
    object: number;
    recipient: number;
    class: number;
    generation: number;
    id: string;
    version: string;
    version_key: string;
    /** Bits: the ceilings at which its content may be read. */
    ceilings: number;
    /** It ends its id, revoked: 1 as the owner's own revocation, 2 as a notice that holds nothing of the object. */
    ended: number;
    digest: string;
    size: number;
    mac: string;
  };
  release: {
    feed: number;
    collection: number;
    last: number;
    added: number;
    rendition: number;
    /** Bits: the ceilings of the clients that see it so. */
    ceilings: number;
    size: number;
    type: string;
  };
  ended: {
    feed: number;
    collection: number;
    added: number;
    rendition: number;
    ceilings: number;
    at: number;
    why: string;
  };
  waiting: { ref: string; object: number };
  due: { at: number; object: number };
  refers: { contributor: number; ref: string };
  notice: { n: number; recipient: number; collection: number; about: string; reason: string; at: number };
  recall: { object: number; at: number; reason: string };
  answered: { object: number; party: number; kind: string; client: string; at: number };
  passed: { party: number; collection: number; ceiling: number; turn: number; at: number };
  status: { id: string; client: string; at: number; body: string };
  journal: { name: string; n: number; at: number; fields: string };
  tally: { name: string; hour: number; subject: string; count: number };
  run: { position: number; journal: string; first: number; count: number };
  leaf: { position: number; entry: string };
  tile: { level: number; n: number; hashes: string };
  checkpoint: { size: number; at: number; note: string };
  period: { month: string; key: string };
  replay: { jti: string; until_second: number };
}

/** The closed list of operational tables: derived, or forgettable, so that a write of them needs no entry. */
export type OperationalTable = "run" | "leaf" | "tile" | "checkpoint" | "period" | "replay" | "status" | "passed";

export type TableName = keyof Tables;
