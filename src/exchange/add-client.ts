// Registers a client of a party with its public keys. A state's steward registers that state's clients; the secretariat
// appoints a state's first steward, or one in the place of stewards whose keys are lost, and registers its own clients.
import { clientIdLengthMax, isClientId, isClientIdOf } from "../auth/client-id.ts";
import type { Caller } from "../auth/caller.ts";
import { importVerifyingKey, parsePublicJwk, type PublicJwk } from "../auth/key.ts";
import { requireScope } from "../auth/scope.ts";
import type { Client, ClientRegistration } from "../directory/client.ts";
import { type Directory, findClient, findParty } from "../directory/directory.ts";
import type { JsonObject } from "../encoding/json.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { type DirectorySnapshot, draftClient, draftClientRevoked } from "../store/directory.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";

export interface NewClient {
  readonly id: string;
  readonly party: string;
  readonly registration: ClientRegistration;
  /** Ends the party's stewards in the same act: the secretariat's way to help a state whose stewards' keys are lost. */
  readonly replaces?: boolean;
}

/** Which clients a key must not be of already. */
type Known = (client: Client) => boolean;

/**
 * @throws {Refusal} forbidden: another party's, or beyond the caller's role · not-found: no such party · conflict: the id or a
 * key is registered already · invalid: the id or a key, with a pointer into what was sent
 */
export async function addClient(exchange: Exchange, caller: Caller, wanted: NewClient): Promise<Client> {
  // A state learns of no other's keys, not even by a no. The secretariat keeps the members' clients, and is told of a key that
  // it gives to two of them.
  const known: Known = (client) => caller.role === "secretariat" || client.party === wanted.party;
  return register(exchange, caller.client, wanted, known, (directory) => mayRegister(caller, wanted, directory));
}

/** The same without a caller, for the first start: `allow` decides on the directory that the act commits on. */
export async function addClientAs(
  exchange: Exchange,
  actor: string,
  wanted: NewClient,
  allow: (directory: DirectorySnapshot) => void,
): Promise<Client> {
  return register(exchange, actor, wanted, (client) => client.party === wanted.party, allow);
}

async function register(
  exchange: Exchange,
  actor: string,
  wanted: NewClient,
  known: Known,
  allow: (directory: DirectorySnapshot) => void,
): Promise<Client> {
  const keys = await readKeys(wanted.registration.keys);
  const committed = await exchange.store.commit<Client>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      allow(directory);
      const party = findParty(directory, wanted.party);
      if (party === null) throw new Refusal("not-found", "There is no such party.");
      checkId(wanted.id, party.code, directory);
      checkKeys(keys, directory.clients.filter(known));
      const ended = wanted.replaces === true ? stewardsOf(directory, party.code) : [];
      const client: Client = {
        ...wanted.registration,
        id: wanted.id,
        party: party.code,
        keys: keys.map((key) => ({ ...key })),
        notBefore: null,
        revoked: false,
      };
      return {
        early: [],
        late: [...draftClient(client, party.n), ...ended.flatMap((one) => draftClientRevoked(one.id, turn.base))],
        fields: fieldsText({
          kind: "client",
          time: formatMicros(turn.base),
          actor,
          to: party.code,
          // With its keys, so that one slipped in is visible to its state.
          object: {
            client: client.id,
            keys: keys.map((key) => key.kid),
            ...(ended.length === 0 ? {} : { ended: ended.map((one) => one.id) }),
          },
          outcome: client.role,
        }),
        width: 0,
        bump: true,
        narrows: ended.length > 0,
        footprint: new Set(),
        result: client,
      };
    },
  });
  return committed.result;
}

function mayRegister(caller: Caller, wanted: NewClient, directory: DirectorySnapshot): void {
  stillStands(directory, caller);
  if (caller.role === "secretariat" && wanted.party !== caller.state) {
    requireScope(caller, "stewards");
    if (wanted.registration.role !== "steward")
      throw new Refusal("forbidden", "The secretariat appoints a state's steward, who registers its other clients.", {
        pointer: "/role",
      });
    // A second steward beside the first would be a way in that the state need not notice; the end of the first is seen.
    if (wanted.replaces !== true && stewardsOf(directory, wanted.party).length > 0)
      throw new Refusal(
        "forbidden",
        'The state has a steward, who registers its clients. If the keys of all its stewards are lost, replace them: "replaces": true, or --replace, ends them.',
        { pointer: "/role" },
      );
    return;
  }
  if (wanted.party !== caller.state)
    throw new Refusal("forbidden", "Clients are registered by their own state.", { pointer: "/party" });
  // The secretariat's own clients are its own to register.
  requireScope(caller, "clients", "stewards");
  if (wanted.replaces === true)
    throw new Refusal("forbidden", "Your own party's clients are not replaced; revoke them.", { pointer: "/replaces" });
}

function stewardsOf(directory: Directory, party: string): readonly Client[] {
  return directory.clients.filter((one) => one.party === party && one.role === "steward" && !one.revoked);
}

function checkId(id: string, party: string, directory: Directory): void {
  const details = { pointer: "/id", rule: "client-id" };
  if (!isClientId(id))
    throw new Refusal(
      "invalid",
      `A client id is 1 to ${clientIdLengthMax} letters, digits, dots, hyphens, tildes or underscores.`,
      details,
    );
  if (!isClientIdOf(party, id))
    throw new Refusal("invalid", `The id of a client of ${party} begins with ${party.toLowerCase()}-.`, details);
  if (findClient(directory, id) !== null)
    throw new Refusal("conflict", "This client id is taken.", { ...details, subject: id });
}

/** The keys as they are stored. A pointer of a refusal leads into the request, where they are the list `keys`. */
async function readKeys(sent: readonly JsonObject[]): Promise<readonly PublicJwk[]> {
  const keys: PublicJwk[] = [];
  for (const [i, one] of sent.entries()) {
    try {
      const key = parsePublicJwk(one);
      await importVerifyingKey(key);
      keys.push(key);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(error.code, error.message, {
        pointer: `/keys/${i}${error.pointer ?? ""}`,
        rule: error.rule ?? "key",
        ...(error.subject === undefined ? {} : { subject: error.subject }),
        cause: error,
      });
    }
  }
  return keys;
}

/**
 * A key is of one client: to end a client has to end what its key opens. A revoked client's counts, since it may be in
 * other hands.
 */
function checkKeys(keys: readonly PublicJwk[], clients: readonly Client[]): void {
  const taken = new Set(clients.flatMap((client) => client.keys.map((key) => key["kid"])));
  const names = keys.map((key) => key.kid);
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) !== i)
      throw new Refusal("invalid", "This key stands twice in the list of keys.", {
        pointer: `/keys/${i}`,
        rule: "twice",
      });
    if (taken.has(name))
      throw new Refusal("conflict", "This key is registered already: make another pair for this client.", {
        pointer: `/keys/${i}`,
        rule: "key",
      });
  }
}
