// JSON Web Signatures in compact form (RFC 7515 §3.1) that carry JWT claims (RFC 7519), read strictly: one spelling for
// each token, a closed header, no duplicate keys, bounded everything. jose checks the signature; what it lets through is
// refused here, before it. The client assertion and the access token rely on it; so will every later token of ours.

import { CompactSign, compactVerify, errors } from "jose";
import { parseBase64url } from "../encoding/base64.ts";
import { utf8 } from "../encoding/bytes.ts";
import { isObject, parseStrict } from "../encoding/json.ts";
import type { JsonLimits, JsonObject } from "../encoding/json.ts";
import { Refusal } from "../refusal.ts";
import { keyAlgorithms } from "./key.ts";
import type { KeyAlgorithm, SigningKey, VerifyingKey } from "./key.ts";

/** Longest token that is looked at, in characters. Ours have about 700. */
export const jwsLengthMax = 4096;

/** Bounds of the JSON inside a token. */
export const jwsJsonLimits: JsonLimits = {
  bytesMax: jwsLengthMax,
  depthMax: 4,
  keysMax: 32,
  itemsMax: 32,
  stringLengthMax: 2048,
};

/** One kind of token: what its header may say and how its refusal is called. */
export interface JwsProfile {
  /** `invalid-client` at the token door (RFC 6749 §5.2), `unauthenticated` at every other; `invalid` where it says not who calls. */
  readonly code: "invalid-client" | "unauthenticated" | "invalid";
  /** How sentences call it, as in "The access token has expired." */
  readonly noun: string;
  /** The exact spellings of `typ`. `undefined` among them permits its absence. */
  readonly types: readonly (string | undefined)[];
}

/** A token that was read and not yet verified. */
export interface CompactJws {
  readonly text: string;
  readonly alg: KeyAlgorithm;
  readonly kid: string;
  readonly claims: JsonObject;
}

/**
 * The header and the claims of a token, unverified: they serve to find the key, and count for nothing before
 * `verifyCompactJws` has returned.
 * @throws {Refusal} with the profile's code and `rule` one of size, compact, base64url, json, header, alg, kid, typ
 */
export function readCompactJws(text: string, profile: JwsProfile): CompactJws {
  if (text.length > jwsLengthMax) {
    throw refuse(profile, "size", `is longer than ${jwsLengthMax} characters`);
  }
  // The limit keeps a text of dots from becoming an array of its length.
  const [header, payload, signature, more] = text.split(".", 4);
  if (!header || !payload || !signature || more !== undefined) {
    throw refuse(profile, "compact", "is not a signed JWT of three parts");
  }
  // ES256 and Ed25519 signatures both have 64 bytes (RFC 7518 §3.4, RFC 8032 §5.1.6).
  if (decode(signature, profile).length !== 64) {
    throw refuse(profile, "base64url", "has a signature of another size than 64 bytes");
  }
  const named = readHeader(parseObject(decode(header, profile), profile), profile);
  return { text, ...named, claims: parseObject(decode(payload, profile), profile) };
}

/**
 * Ensures that the key signed the token: its `kid` names it, its `alg` is the key's own, its signature holds.
 * An unknown key, another algorithm and a wrong signature are one refusal, so that the answer tells nothing about which
 * keys and clients exist.
 * @throws {Refusal} with the profile's code and the rule signature
 */
export async function verifyCompactJws(
  jws: CompactJws,
  key: VerifyingKey | undefined,
  profile: JwsProfile,
): Promise<void> {
  if (key === undefined || key.kid !== jws.kid || key.alg !== jws.alg) throw signatureRefusal(profile);
  try {
    await compactVerify(jws.text, key.cryptoKey, { algorithms: [key.alg] });
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) throw signatureRefusal(profile);
    throw error;
  }
}

/** A signed token with the header `alg`, `kid`, `typ`. */
export async function signCompactJws(key: SigningKey, typ: string, claims: JsonObject): Promise<string> {
  return await new CompactSign(utf8(JSON.stringify(claims)))
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ })
    .sign(key.cryptoKey);
}

/** The refusal of a token of this profile; `what` completes "The <noun> …". */
export function refuse(profile: JwsProfile, rule: string, what: string, cause?: unknown): Refusal {
  return new Refusal(profile.code, `The ${profile.noun} ${what}.`, { rule, cause });
}

/** The one refusal for whatever would tell which clients and keys there are. */
export function signatureRefusal(profile: JwsProfile): Refusal {
  return refuse(profile, "signature", "is not signed with a key that is registered for it");
}

// Closed: a key or its address in the header (jwk, jku, x5c, x5u), crit, b64, zip and nested content are attacks or
// mistakes, and what is ignored today would have to be ignored for ever.
const headerMembers: ReadonlySet<string> = new Set(["alg", "kid", "typ"]);

function readHeader(header: JsonObject, profile: JwsProfile): { readonly alg: KeyAlgorithm; readonly kid: string } {
  for (const name of Object.keys(header)) {
    if (!headerMembers.has(name)) throw refuse(profile, "header", "has a header parameter other than alg, kid and typ");
  }
  const alg = keyAlgorithms.find((known) => known === header["alg"]);
  if (alg === undefined) throw refuse(profile, "alg", `must be signed with ${keyAlgorithms.join(" or ")}`);
  const { kid, typ } = header;
  if (typeof kid !== "string" || kid === "") {
    throw refuse(profile, "kid", "does not name its key: kid is the RFC 7638 thumbprint");
  }
  // RFC 8725 §3.11. RFC 7515 §4.1.9 allows other cases and an application/ prefix; one spelling is enough for programs.
  if (!profile.types.some((type) => type === typ)) {
    throw refuse(profile, "typ", `has a typ other than ${profile.types.filter(Boolean).join(" or ")}`);
  }
  return { alg, kid };
}

function decode(part: string, profile: JwsProfile): Uint8Array<ArrayBuffer> {
  try {
    return parseBase64url(part);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw refuse(profile, "base64url", "is not canonical base64url", cause);
  }
}

function parseObject(bytes: Uint8Array, profile: JwsProfile): JsonObject {
  let value: unknown;
  try {
    ({ value } = parseStrict(bytes, jwsJsonLimits));
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw refuse(profile, "json", "holds JSON that is not accepted (duplicate names, odd numbers, bad text)", cause);
  }
  if (!isObject(value)) throw refuse(profile, "json", "holds JSON that is not an object");
  return value;
}
