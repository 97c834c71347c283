// The directory: who takes part, as one edition of it. An immutable snapshot: a decision that read edition e commits only
// if e still holds (storage.md, Turns). Every act and every door finds parties, clients, policies and collections here.

import type { JsonObject } from "../encoding/json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import type { Client } from "./client.ts";
import type { Collection } from "./collection.ts";
import { isActive, type Party } from "./state.ts";

/** A version of a party's sharing policy: the document as its steward set it. The policy room gives it meaning. */
export interface PolicyVersion {
  /** Code of the party. */
  readonly party: string;
  /** 1, 2, 3 …, for each party. */
  readonly version: number;
  /** Time base of the turn that set it. */
  readonly since: Micros;
  readonly document: JsonObject;
}

export interface Directory {
  /** Changes with every policy, membership or collection; see storage.md. */
  readonly edition: number;
  /** Alphabetical by code. */
  readonly parties: readonly Party[];
  readonly clients: readonly Client[];
  /** The version in force, by the party's code. */
  readonly policies: ReadonlyMap<string, PolicyVersion>;
  readonly collections: readonly Collection[];
}

export function findParty(directory: Directory, code: string): Party | null {
  return indexOf(directory).parties.get(code) ?? null;
}

/** A state that takes part or did. @throws {Refusal} not-found */
export function memberOf(directory: Directory, code: string): Party {
  const party = findParty(directory, code);
  if (party === null || party.kind !== "state") throw new Refusal("not-found", "There is no such member.");
  return party;
}

export function findClient(directory: Directory, id: string): Client | null {
  return indexOf(directory).clients.get(id) ?? null;
}

/** By id or alias: TAXII 2.1 §3.1 lets a collection be named by either in a path. */
export function findCollection(directory: Directory, idOrAlias: string): Collection | null {
  return indexOf(directory).collections.get(idOrAlias) ?? null;
}

/** The party that registered a STIX identity (own-voice), or null: then an object that names it is relayed. */
export function findRegistrant(directory: Directory, identity: string): Party | null {
  return indexOf(directory).registrants.get(identity) ?? null;
}

export function findPolicyVersion(directory: Directory, code: string): PolicyVersion | null {
  return directory.policies.get(code) ?? null;
}

/** The states that take part at this time, alphabetical by code. */
export function listActiveStates(directory: Directory, at: Micros): readonly Party[] {
  return directory.parties.filter((party) => party.kind === "state" && isActive(party, at));
}

/** Every party that a decision can be about: the states, active or not, and the secretariat; never the exchange itself. */
export function listRecipients(directory: Directory): readonly Party[] {
  return directory.parties.filter((party) => party.kind !== "exchange");
}

/** Codes of all states that ever took part: those that a policy may name. */
export function listStateCodes(directory: Directory): readonly string[] {
  return directory.parties.filter((party) => party.kind === "state").map((party) => party.code);
}

interface Index {
  readonly parties: ReadonlyMap<string, Party>;
  readonly clients: ReadonlyMap<string, Client>;
  readonly collections: ReadonlyMap<string, Collection>;
  readonly registrants: ReadonlyMap<string, Party>;
}

// A snapshot never changes, so what is derived from it is derived once; it goes when the snapshot goes.
const indexes = new WeakMap<Directory, Index>();

function indexOf(directory: Directory): Index {
  const known = indexes.get(directory);
  if (known !== undefined) return known;
  const collections = new Map<string, Collection>();
  for (const collection of directory.collections) collections.set(collection.alias, collection);
  // Ids last: an alias that looks like another collection's id must not take its place.
  for (const collection of directory.collections) collections.set(collection.id, collection);
  const index: Index = {
    parties: new Map(directory.parties.map((party) => [party.code, party])),
    clients: new Map(directory.clients.map((client) => [client.id, client])),
    collections,
    registrants: new Map(directory.parties.flatMap((party) => party.identities.map((id) => [id, party] as const))),
  };
  indexes.set(directory, index);
  return index;
}
