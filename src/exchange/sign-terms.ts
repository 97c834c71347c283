// A state signs the terms: its steward's signature over their digest, by the key of its client, is verified and kept as evidence.
// A state that had no standing without it is given what it may have now, before anybody reads again.
import type { Caller } from "../auth/caller.ts";
import { parsePublicJwk } from "../auth/key.ts";
import { requireScope } from "../auth/scope.ts";
import { verifyTermsSignature } from "../auth/terms-signature.ts";
import { findClient, findParty } from "../directory/directory.ts";
import { isActive } from "../directory/state.ts";
import { currentTerms, type TermsSignature, unsignedUntil } from "../directory/terms.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { draftSignature } from "../store/conference.ts";
import { draftDueOf } from "../store/objects.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";

/**
 * @param jws what auth/terms-signature.ts makes
 * @throws {Refusal} forbidden without the scope, or of no member state · not-found: there are no terms · conflict: signed already ·
 * invalid: the signature
 */
export async function signTermsAs(exchange: Exchange, caller: Caller, jws: string): Promise<TermsSignature> {
  requireScope(caller, "terms:sign");
  const committed = await exchange.store.commit<TermsSignature>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const party = findParty(directory, caller.state);
      const client = findClient(directory, caller.client);
      if (party === null || client === null || party.kind !== "state" || !isActive(party, turn.base))
        throw new Refusal("forbidden", "Only a member state signs the terms.");
      const terms = currentTerms(directory.terms);
      if (terms === null) throw new Refusal("not-found", "There are no terms to sign.");
      if (directory.terms.signed.get(party.code)?.version === terms.version)
        throw new Refusal("conflict", `${party.code} has signed version ${terms.version} already.`);
      const { kid } = await verifyTermsSignature(jws, {
        clientId: client.id,
        state: party.code,
        exchange: exchange.url,
        version: terms.version,
        digest: terms.digest,
        keys: client.keys.map((key) => parsePublicJwk(key)),
        now: turn.base,
      });
      const lapsed = (unsignedUntil(directory.terms, [party]).get(party.code) ?? turn.base) <= turn.base;
      return {
        early: [],
        late: [
          ...draftSignature({ party: party.n, version: terms.version, at: turn.base, client: client.id, jws }),
          ...(lapsed ? draftDueOf(exchange.store.engine, turn.base, null) : []),
        ],
        fields: fieldsText({
          kind: "terms",
          time: formatMicros(turn.base),
          actor: client.id,
          from: party.code,
          object: { version: terms.version, digest: terms.digest, key: kid, signature: jws },
          outcome: "signed",
        }),
        width: 0,
        bump: true,
        narrows: false,
        footprint: new Set(),
        result: { version: terms.version, at: turn.base },
      };
    },
  });
  return committed.result;
}
