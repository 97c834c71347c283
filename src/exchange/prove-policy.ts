// Proves a claim about one's own policy, the one in force or another: of everything that could be contributed from now on, never
// of what is in the books. Nothing of others is read but who takes part and who is in the circles that the owner belongs to.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { isMember, membersAt } from "../directory/circle.ts";
import { listActiveStates, listStateCodes } from "../directory/directory.ts";
import type { Json } from "../encoding/json.ts";
import { type Claim, parseClaim } from "../policy/claim.ts";
import { readSentence } from "../policy/claim-sentence.ts";
import { policyOf } from "../policy/parse.ts";
import { type Answer, prove } from "../policy/prove.ts";
import type { Exchange } from "./exchange.ts";
import { policyOwner, readPolicy } from "./policy-document.ts";
import { stillStands } from "./still-stands.ts";

export interface ClaimMade {
  /** A sentence, or a claim as JSON. */
  readonly claim: Json;
  /** A document that is not in force; absent: the policy in force. */
  readonly policy?: Json | undefined;
}

export interface Proved {
  readonly claim: Claim;
  readonly answer: Answer;
}

/**
 * @throws {Refusal} forbidden without the scope, or no state's · invalid: the claim (a sentence's column is the subject) or the
 * document · limit: no answer was found within the steps that a question may take
 */
export async function provePolicy(exchange: Exchange, caller: Caller, { claim, policy }: ClaimMade): Promise<Proved> {
  requireScope(caller, "policy");
  const { directory } = await exchange.directory();
  stillStands(directory, caller);
  const party = policyOwner(directory, caller);
  const at = exchange.now();
  const asked = policy === undefined ? policyOf(directory, party.code) : readPolicy(directory, party, policy, at);
  const own = directory.circles.filter((circle) => isMember(circle, party.code, at));
  const collections = directory.collections.map(({ alias }) => alias);
  const known = {
    policy: asked,
    owner: party.code,
    states: listStateCodes(directory),
    circles: own.map(({ name }) => name),
    identities: party.identities,
    collections,
  };
  const read = typeof claim === "string" ? readSentence(claim, known) : parseClaim(claim, known);
  const answer = prove(read, {
    policy: asked,
    owner: party.code,
    states: listActiveStates(directory, at).map(({ code }) => code),
    circles: new Map(own.map((circle) => [circle.name, membersAt(circle, at)])),
    collections,
    at,
  });
  return { claim: read, answer };
}
