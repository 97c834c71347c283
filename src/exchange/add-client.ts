// Registers a client of a party with its public keys. A state's steward registers that state's clients; the secretariat
// appoints a state's first steward, and registers its own clients.
import { isClientId } from "../auth/client-id.ts";
import type { Caller } from "../auth/caller.ts";
import { importVerifyingKey, parsePublicJwk } from "../auth/key.ts";
import { requireScope } from "../auth/scope.ts";
import type { Client, ClientRegistration } from "../directory/client.ts";
import { type Directory, findClient, findParty } from "../directory/directory.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { draftClient } from "../store/directory.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";

export interface NewClient {
  readonly id: string;
  readonly party: string;
  readonly registration: ClientRegistration;
}

/**
 * @throws {Refusal} forbidden: another party's, or beyond the caller's role · not-found: no such party · conflict: the id
 * is taken · invalid: the id or a key
 */
export async function addClient(exchange: Exchange, caller: Caller, wanted: NewClient): Promise<Client> {
  return addClientAs(exchange, caller.client, wanted, (directory) => mayRegister(caller, wanted, directory));
}

/** The same without a caller, for the first start: `allow` decides on the directory that the act commits on. */
export async function addClientAs(
  exchange: Exchange,
  actor: string,
  wanted: NewClient,
  allow: (directory: Directory) => void,
): Promise<Client> {
  if (!isClientId(wanted.id))
    throw new Refusal("invalid", "A client id is 1 to 100 letters, digits, dots, hyphens, tildes or underscores.", {
      pointer: "/id",
    });
  const keys = wanted.registration.keys.map((key) => parsePublicJwk(key));
  for (const key of keys) await importVerifyingKey(key);
  const committed = await exchange.store.commit<Client>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      allow(directory);
      const party = findParty(directory, wanted.party);
      if (party === null) throw new Refusal("not-found", "There is no such party.");
      if (findClient(directory, wanted.id) !== null)
        throw new Refusal("conflict", "This client id is taken.", { pointer: "/id", subject: wanted.id });
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
        late: draftClient(client, party.n),
        fields: fieldsText({
          kind: "client",
          time: formatMicros(turn.base),
          actor,
          to: party.code,
          // With its keys, so that one slipped in is visible to its state.
          object: { client: client.id, keys: keys.map((key) => key.kid) },
          outcome: client.role,
        }),
        width: 0,
        bump: true,
        narrows: false,
        footprint: new Set(),
        result: client,
      };
    },
  });
  return committed.result;
}

function mayRegister(caller: Caller, wanted: NewClient, directory: Directory): void {
  const { role } = wanted.registration;
  if (caller.role === "secretariat" && wanted.party !== caller.state) {
    requireScope(caller, "stewards");
    const has = directory.clients.some((one) => one.party === wanted.party && one.role === "steward" && !one.revoked);
    if (role !== "steward" || has)
      throw new Refusal(
        "forbidden",
        "The secretariat appoints a state's first steward, who then registers its clients.",
        {
          pointer: "/role",
        },
      );
    return;
  }
  if (wanted.party !== caller.state)
    throw new Refusal("forbidden", "Clients are registered by their own state.", { pointer: "/party" });
  // The secretariat's own clients are its own to register.
  requireScope(caller, "clients", "stewards");
}
