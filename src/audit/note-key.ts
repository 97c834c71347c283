// Keys of signed notes: verifier keys as they are published (C2SP signed-note, Verifier keys), signing keys as
// golang.org/x/mod/sumdb/note writes them, and Ed25519 (RFC 8032) through Web Crypto.

import { formatBase64, parseBase64, parseBase64url } from "../encoding/base64.ts";
import { concat, parseHex, utf8 } from "../encoding/bytes.ts";
import { Refusal } from "../refusal.ts";
import { isKeyName, keyIdOf, type NoteSigner, type NoteVerifier } from "./note.ts";

/** Signature types that are known here (C2SP signed-note, Signature types). */
export const ed25519Type = 0x01;
export const cosignatureType = 0x04;

/** A verifier key, read. */
export interface VerifierKey {
  readonly name: string;
  readonly keyId: number;
  readonly type: number;
  readonly publicKey: Uint8Array;
}

/** An Ed25519 key pair as a secret: its seed is the private key of RFC 8032 §5.1.5. */
export interface SigningKey {
  readonly name: string;
  readonly seed: Uint8Array;
}

const ed25519KeyBytes = 32;
const ed25519SignatureBytes = 64;
const signingKeyPrefix = "PRIVATE+KEY+";
// The DER of a PKCS #8 private key for Ed25519 up to its 32 bytes (RFC 8410 §7): Web Crypto imports no bare seed.
const pkcs8Prefix = "302e020100300506032b657004220420";

/** `<name>+<key ID, hexadecimal>+<base64 of type ‖ public key>`. */
export function formatVerifierKey(name: string, type: number, publicKey: Uint8Array): string {
  if (!isKeyName(name)) throw new TypeError("The name cannot name a key.");
  const material = concat(Uint8Array.of(type), publicKey);
  return `${name}+${formatKeyId(keyIdOf(name, type, publicKey))}+${formatBase64(material)}`;
}

/**
 * Reads a verifier key of any type.
 * @throws {Refusal} malformed: not of that form, or its key ID is not that of its name and key
 */
export function parseVerifierKey(vkey: string): VerifierKey {
  const [name, id, material] = parts(vkey);
  const type = material[0];
  const publicKey = material.subarray(1);
  if (type === undefined || !isKeyName(name)) throw malformedKey();
  const keyId = keyIdOf(name, type, publicKey);
  if (formatKeyId(keyId) !== id) {
    throw new Refusal("malformed", "The key ID is not that of the name and key.", { rule: "key-id" });
  }
  return { name, keyId, type, publicKey };
}

/**
 * What checks an Ed25519 key's signatures over notes (type 1).
 * @throws {Refusal} malformed when it is no verifier key; unsupported when it is one of another type
 */
export async function noteVerifier(vkey: string): Promise<NoteVerifier> {
  const { name, keyId, publicKey } = ed25519VerifierKey(vkey, ed25519Type);
  const verify = await ed25519Verify(publicKey);
  return { name, keyId, verify: (text, signature) => verify(utf8(text), signature) };
}

/** What signs notes with an Ed25519 key (type 1), and the verifier key to publish. */
export async function noteSigner(key: SigningKey): Promise<NoteSigner & { readonly verifierKey: string }> {
  const { publicKey, sign } = await ed25519Sign(key.seed);
  return {
    name: key.name,
    keyId: keyIdOf(key.name, ed25519Type, publicKey),
    sign: (text) => sign(utf8(text)),
    verifierKey: formatVerifierKey(key.name, ed25519Type, publicKey),
  };
}

/** `PRIVATE+KEY+<name>+<key ID>+<base64 of 0x01 ‖ seed>`, as x/mod's note.GenerateKey writes it. */
export async function formatSigningKey(key: SigningKey): Promise<string> {
  const { keyId } = await noteSigner(key);
  return `${signingKeyPrefix}${key.name}+${formatKeyId(keyId)}+${formatBase64(concat(Uint8Array.of(ed25519Type), key.seed))}`;
}

/**
 * Reads a signing key. The refusal never repeats any part of it.
 * @throws {Refusal} malformed
 */
export async function parseSigningKey(skey: string): Promise<SigningKey> {
  if (!skey.startsWith(signingKeyPrefix)) throw malformedKey();
  const [name, id, material] = parts(skey.slice(signingKeyPrefix.length));
  const seed = material.subarray(1);
  if (!isKeyName(name) || material[0] !== ed25519Type || seed.length !== ed25519KeyBytes) throw malformedKey();
  const { keyId } = await noteSigner({ name, seed });
  if (formatKeyId(keyId) !== id) throw malformedKey();
  return { name, seed };
}

/**
 * A verifier key that is an Ed25519 key of a type.
 * @throws {Refusal} malformed or unsupported
 */
export function ed25519VerifierKey(vkey: string, type: number): VerifierKey {
  const key = parseVerifierKey(vkey);
  if (key.type !== type) {
    throw new Refusal("unsupported", "The key is of a type that is not used here.", { rule: "key-type" });
  }
  if (key.publicKey.length !== ed25519KeyBytes) throw malformedKey();
  return key;
}

/** A function that checks Ed25519 signatures (RFC 8032 §5.1.7) of a public key. */
export async function ed25519Verify(
  publicKey: Uint8Array,
): Promise<(message: Uint8Array, signature: Uint8Array) => Promise<boolean>> {
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey("raw", concat(publicKey), "Ed25519", false, ["verify"]);
  return async (message, signature) =>
    // workerd throws for another length, where Node says no.
    signature.length === ed25519SignatureBytes && subtle.verify("Ed25519", key, concat(signature), concat(message));
}

/** The public key of an Ed25519 seed and a function that signs (RFC 8032 §5.1.6): deterministic, no randomness drawn. */
export async function ed25519Sign(
  seed: Uint8Array,
): Promise<{ readonly publicKey: Uint8Array; readonly sign: (message: Uint8Array) => Promise<Uint8Array> }> {
  if (seed.length !== ed25519KeyBytes) throw new TypeError("An Ed25519 seed has 32 bytes.");
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey("pkcs8", concat(parseHex(pkcs8Prefix), seed), "Ed25519", true, ["sign"]);
  // Web Crypto gives the public key of a private one only in its JWK (RFC 8037 §2).
  const { x } = await subtle.exportKey("jwk", key);
  return {
    publicKey: parseBase64url(x ?? ""),
    sign: async (message) => new Uint8Array(await subtle.sign("Ed25519", key, concat(message))),
  };
}

// Name, key ID and bytes. Base64 may hold plus signs, so only the first two separate.
function parts(key: string): [name: string, id: string, material: Uint8Array] {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(key);
  if (match === null) throw malformedKey();
  const [, name = "", id = "", base64 = ""] = match;
  return [name, id, parseBase64(base64)];
}

function formatKeyId(keyId: number): string {
  return keyId.toString(16).padStart(8, "0");
}

function malformedKey(): Refusal {
  return new Refusal("malformed", "The text is not a key of signed notes.", { rule: "note-key" });
}
