// The token door's act: a client's assertion becomes an access token (RFC 6749 §4.4, RFC 7523, RFC 9068). Tokens that were
// issued are counted, one entry a client and hour.
import { signAccessToken } from "../auth/access-token.ts";
import { verifyAssertion } from "../auth/client-assertion.ts";
import { parsePublicJwk, type PublicJwk } from "../auth/key.ts";
import { grantScopes } from "../auth/scope.ts";
import { chooseResource, parseTokenRequest, type RawTokenRequest } from "../auth/token-request.ts";
import { type TokenResponse, tokenResponse } from "../auth/token-response.ts";
import { formatBase64url } from "../encoding/base64.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { findClient } from "../directory/directory.ts";
import { keepReplay } from "../store/log.ts";
import { fieldsText } from "./entry-fields.ts";
import type { Exchange } from "./exchange.ts";

/** @throws {Refusal} what the request, the assertion or the scope is refused with (RFC 6749 §5.2) */
export async function issueToken(exchange: Exchange, raw: RawTokenRequest): Promise<TokenResponse> {
  const request = parseTokenRequest(raw);
  const { directory } = await exchange.directory();
  const now = exchange.now();
  const keysOf = (id: string): readonly PublicJwk[] => {
    const client = findClient(directory, id);
    return client === null || client.revoked ? [] : client.keys.map((key) => parsePublicJwk(key));
  };
  const assertion = await verifyAssertion(request.clientAssertion, {
    issuer: exchange.url,
    now,
    ...(request.clientId === undefined ? {} : { clientId: request.clientId }),
    findKeys: keysOf,
    remember: (id, until) => remember(exchange, id, until),
  });
  const client = findClient(directory, assertion.clientId);
  if (client === null) throw new Refusal("invalid-client", "The client is not registered.", { rule: "signature" });
  const audience = chooseResource(request.resource, exchange.apiRoot);
  const scopes = grantScopes(client.role, request.scope);
  const issued = await signAccessToken(exchange.keys.token, {
    issuer: exchange.url,
    audience,
    clientId: client.id,
    state: client.party,
    role: client.role,
    scopes,
    jti: formatBase64url(exchange.random(16)),
    now,
  });
  await exchange.store.tally(fieldsText({ kind: "token", actor: client.id, from: client.party, outcome: "issued" }));
  return tokenResponse(issued, scopes, now);
}

/** One insert decides, for all instances: an id that is there already was used. */
async function remember(exchange: Exchange, id: string, until: Micros): Promise<boolean> {
  try {
    await exchange.store.keep(keepReplay({ jti: id, until_second: Math.ceil(until / 1_000_000) }));
    return true;
  } catch (error) {
    if (exchange.store.engine.isConflict(error)) return false;
    throw error;
  }
}
