// The guard at every door: who is calling is settled before anything of the request is read (RFC 6750, RFC 9068). What the
// token says is held against what the exchange knows of the client now.
import { type Caller, callerOf } from "../auth/caller.ts";
import { parseAuthorization } from "../auth/authorization.ts";
import type { Exchange, Moment } from "../exchange/exchange.ts";
import { recordRefusal } from "../exchange/record-refusal.ts";
import { recordOf } from "../exchange/still-stands.ts";
import { Refusal } from "../refusal.ts";

export interface Admitted {
  readonly caller: Caller;
  /** The books as they stood when the caller was held against them: the rest of the request need not read that again. */
  readonly moment: Moment;
}

/**
 * The caller of a request. A token that was verified is remembered; its client, state and role are held against the directory
 * with each request, so that what is revoked or suspended ends with the turn that says so.
 * @throws {Refusal} unauthenticated: no token, or one that does not hold; the refusal is entered
 */
export async function authenticate(exchange: Exchange, request: Request): Promise<Admitted> {
  const { token } = parseAuthorization(request.headers.get("authorization"));
  const claims = await exchange.tokens.verify(token, {
    keys: exchange.keys.tokenVerifiers,
    issuer: exchange.url,
    audience: exchange.apiRoot,
    now: exchange.now(),
  });
  const moment = await exchange.directory();
  return { caller: callerOf(claims, recordOf(moment.directory, claims.clientId)), moment };
}

/** Enters an expected no, one counted entry for a client, or an address prefix, and hour. */
export async function enterRefusal(
  exchange: Exchange,
  request: Request,
  error: unknown,
  caller: Caller | null,
): Promise<void> {
  if (!(error instanceof Refusal)) return;
  await recordRefusal(exchange, error.code, caller, addressOf(request));
}

/** Set by the runtime that knows the connection (node, edge); a header of the caller's never gets here. */
const addresses = new WeakMap<Request, string>();

export function noteAddress(request: Request, address: string): void {
  addresses.set(request, address);
}

function addressOf(request: Request): string {
  return addresses.get(request) ?? "unknown";
}
