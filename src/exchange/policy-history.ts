// All versions of one's own sharing policy, as they were set.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import type { JsonObject } from "../encoding/json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { listPolicies } from "../store/directory.ts";
import type { Exchange } from "./exchange.ts";
import { policyOwner } from "./policy-document.ts";

export interface PolicySince {
  readonly version: number;
  readonly since: Micros;
  readonly document: JsonObject;
}

/**
 * The oldest first.
 * @throws {Refusal} forbidden without the scope, or no state's
 */
export async function findPolicyHistory(exchange: Exchange, caller: Caller): Promise<readonly PolicySince[]> {
  requireScope(caller, "policy", "explain");
  const { directory } = await exchange.directory();
  const party = policyOwner(directory, caller);
  return (await listPolicies(exchange.store.engine, party.n)).map(({ version, since, document }) => ({
    version,
    since,
    document: JSON.parse(document) as JsonObject, // written by setPolicy from one
  }));
}
