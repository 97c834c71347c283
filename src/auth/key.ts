// Keys of the exchange and of its clients as JSON Web Keys (RFC 7517; RFC 7518 §6.2, RFC 8037 §2): ES256 and Ed25519
// only, the algorithm fixed by the key (RFC 9864), named by their RFC 7638 thumbprint. Client registration, client files,
// the assertions and the access tokens rely on it.

import { exportJWK, generateKeyPair, importJWK } from "jose";
import { formatBase64url, parseBase64url } from "../encoding/base64.ts";
import { formatHex } from "../encoding/bytes.ts";
import { formatCanonical } from "../encoding/canonical-json.ts";
import { isObject } from "../encoding/json.ts";
import type { JsonObject } from "../encoding/json.ts";
import { sha256 } from "../encoding/sha256.ts";
import { Refusal } from "../refusal.ts";

export const keyAlgorithms = ["ES256", "Ed25519"] as const;

/** JWS algorithm of a key: RFC 7518 §3.4, RFC 9864 §2.2. `EdDSA`, the name that does not fix the curve, is not accepted. */
export type KeyAlgorithm = (typeof keyAlgorithms)[number];

/** Members of one JWK as sent, foreign ones included. */
export const jwkMembersMax = 24;

interface KeyName {
  /** RFC 7638 thumbprint, SHA-256, base64url: 43 characters. */
  readonly kid: string;
  readonly use: "sig";
}

interface Es256PublicJwk extends KeyName {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly alg: "ES256";
  readonly x: string;
  readonly y: string;
}

interface Ed25519PublicJwk extends KeyName {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly alg: "Ed25519";
  readonly x: string;
}

/** A public key as it is stored and published. */
export type PublicJwk = Es256PublicJwk | Ed25519PublicJwk;

/** A private key as a client file or the exchange keeps it. */
export type PrivateJwk = PublicJwk & { readonly d: string };

/** A public key ready to verify with. */
export interface VerifyingKey {
  readonly kid: string;
  readonly alg: KeyAlgorithm;
  readonly cryptoKey: CryptoKey;
}

/** A private key ready to sign with; it cannot be exported again. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: KeyAlgorithm;
  readonly publicJwk: PublicJwk;
  readonly cryptoKey: CryptoKey;
}

/**
 * The public key in a parsed JSON value, reduced to the members that count, with its thumbprint as `kid`. Foreign members
 * are dropped (RFC 7517 §4). Whether an ES256 point lies on the curve shows at `importVerifyingKey`: a key is accepted
 * when both hold.
 * @throws {Refusal} malformed: not an object · limit: too many members · invalid: a private part, another key type or
 * curve, a coordinate that is not 32 bytes of canonical base64url, an Ed25519 point of small order, or a `kid`, `alg`,
 * `use` or `key_ops` that contradicts; `pointer` names the member
 */
export function parsePublicJwk(value: unknown): PublicJwk {
  const members = membersOf(value);
  for (const name of privateMembers) {
    if (Object.hasOwn(members, name)) {
      throw invalid(name, "This is a private key. It stays with its owner; register the public part.");
    }
  }
  return publicPart(members, "verify");
}

/**
 * The private key in a parsed JSON value.
 * @throws {Refusal} as `parsePublicJwk`, and invalid when `d` is missing or is not 32 bytes of canonical base64url
 */
export function parsePrivateJwk(value: unknown): PrivateJwk {
  const members = membersOf(value);
  const jwk = publicPart(members, "sign");
  return { ...jwk, d: coordinate(members, "d") };
}

/** The public part of a key, member by member, so that nothing else can slip along. */
export function publicJwk(jwk: PublicJwk): PublicJwk {
  const { kid, x } = jwk;
  return jwk.kty === "EC"
    ? { kty: "EC", crv: "P-256", x, y: jwk.y, kid, alg: "ES256", use: "sig" }
    : { kty: "OKP", crv: "Ed25519", x, kid, alg: "Ed25519", use: "sig" };
}

/** A new key. Its randomness comes from the platform's WebCrypto: the one exception to "rooms draw no randomness". */
export async function generateKey(alg: KeyAlgorithm): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return parsePrivateJwk(await exportJWK(privateKey));
}

/**
 * A public key ready to verify with.
 * @throws {Refusal} invalid: the point is not on the curve
 */
export async function importVerifyingKey(jwk: PublicJwk): Promise<VerifyingKey> {
  return { kid: jwk.kid, alg: jwk.alg, cryptoKey: await importKey(publicJwk(jwk)) };
}

/**
 * A private key ready to sign with.
 * @throws {Refusal} invalid: the point is not on the curve, or the private part belongs to another public part. (The
 * second would sign under a `kid` that nobody can verify, and is how a mangled client file shows.)
 */
export async function importSigningKey(jwk: PrivateJwk): Promise<SigningKey> {
  const { cryptoKey: verifying } = await importVerifyingKey(jwk);
  const cryptoKey = await importKey({ ...publicJwk(jwk), d: jwk.d });
  // Node's import compares the two parts itself; that of workerd takes any pair for Ed25519.
  const parameters = jwk.alg === "ES256" ? { name: "ECDSA", hash: "SHA-256" } : { name: "Ed25519" };
  const probe = new Uint8Array(32);
  const signature = await crypto.subtle.sign(parameters, cryptoKey, probe);
  if (!(await crypto.subtle.verify(parameters, verifying, signature, probe))) {
    throw invalid("d", "The private part of the key does not belong to its public part.");
  }
  return { kid: jwk.kid, alg: jwk.alg, publicJwk: publicJwk(jwk), cryptoKey };
}

/**
 * RFC 7638 thumbprint (SHA-256, base64url) of the required members of a key: for ours `crv`, `kty`, `x` and, for EC, `y`.
 * Canonical JSON is the text that RFC 7638 §3.1 asks for: sorted names, no white space.
 */
export function thumbprint(required: Readonly<Record<string, string>>): string {
  return formatBase64url(sha256(formatCanonical(required)));
}

// RFC 7518 §6.2.2, §6.3.2, §6.4.1 and RFC 9964 §3: every member that carries a secret.
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] as const;

// The encodings of Ed25519 points of small order, sign bit cleared. Under such a key anybody can sign: Node's verification
// refuses it, that of workerd does not (with the point 01 00… the signature 01 00… fits every message there).
const smallOrderPoints: ReadonlySet<string> = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

function membersOf(value: unknown): JsonObject {
  if (!isObject(value)) throw new Refusal("malformed", "A key is a JSON object (RFC 7517).", { pointer: "" });
  if (Object.keys(value).length > jwkMembersMax) {
    throw new Refusal("limit", `A key has at most ${jwkMembersMax} members.`, {
      pointer: "",
      subject: "jwkMembersMax",
    });
  }
  return value;
}

function publicPart(members: JsonObject, operation: "sign" | "verify"): PublicJwk {
  const jwk = namedKey(members);
  if (members["use"] !== undefined && members["use"] !== "sig") {
    throw invalid("use", 'The key says that it is not for signatures; "use" is "sig" or absent.');
  }
  if (members["alg"] !== undefined && members["alg"] !== jwk.alg) {
    throw invalid("alg", `A key on ${jwk.crv} signs with ${jwk.alg}; "alg" says otherwise.`);
  }
  if (members["kid"] !== undefined && members["kid"] !== jwk.kid) {
    throw invalid("kid", 'The key id is not the RFC 7638 thumbprint of the key. Leave "kid" out or correct it.');
  }
  const operations = members["key_ops"];
  if (
    operations !== undefined &&
    !(Array.isArray(operations) && operations.length === 1 && operations[0] === operation)
  ) {
    throw invalid("key_ops", `The operations of the key contradict its use; "key_ops" is ["${operation}"] or absent.`);
  }
  return jwk;
}

function namedKey(members: JsonObject): PublicJwk {
  const { kty, crv } = members;
  if (kty === "EC") {
    if (crv !== "P-256") throw invalid("crv", "The curve of an EC key is P-256.");
    const x = coordinate(members, "x");
    const y = coordinate(members, "y");
    return { kty, crv, x, y, kid: thumbprint({ crv, kty, x, y }), alg: "ES256", use: "sig" };
  }
  if (kty === "OKP") {
    if (crv !== "Ed25519") throw invalid("crv", "The curve of an OKP key is Ed25519.");
    const x = coordinate(members, "x");
    checkOrder(x);
    return { kty, crv, x, kid: thumbprint({ crv, kty, x }), alg: "Ed25519", use: "sig" };
  }
  throw invalid("kty", 'A key is an EC key on P-256 (ES256) or an OKP key on Ed25519; "kty" says otherwise.');
}

function coordinate(members: JsonObject, name: "x" | "y" | "d"): string {
  const value = members[name];
  // 43 characters of base64url are 32 bytes (RFC 7518 §6.2.1.2: the full size of a coordinate, leading zeros kept).
  if (typeof value === "string" && value.length === 43) {
    try {
      parseBase64url(value);
      return value;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  throw invalid(name, `"${name}" is not 32 bytes of canonical base64url.`);
}

function checkOrder(x: string): void {
  const point = parseBase64url(x);
  point[31] = (point[31] ?? 0) & 0x7f;
  if (smallOrderPoints.has(formatHex(point)))
    throw invalid("x", "The key is a point of small order: it protects nothing.");
}

async function importKey(jwk: PublicJwk | PrivateJwk): Promise<CryptoKey> {
  try {
    const key = await importJWK({ ...jwk }, jwk.alg, { extractable: false });
    if (key instanceof Uint8Array) throw new TypeError("A key of ours is never symmetric.");
    return key;
  } catch (cause) {
    // WebCrypto's DataError: what it was given is no key. Its message may hold parts of the key, so it is not passed on.
    if (cause instanceof DOMException) throw invalid("x", "The point is not on the curve.");
    throw cause;
  }
}

function invalid(member: string, sentence: string): Refusal {
  return new Refusal("invalid", sentence, { pointer: `/${member}`, rule: "jwk", subject: member });
}
