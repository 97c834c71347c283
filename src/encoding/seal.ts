// Sealing a short text for ourselves: AES-256-GCM (NIST SP 800-38D) with a nonce derived from what is sealed, so that
// equal input gives an equal text. Cursors and status ids are handed out in this form.
// Equality of two sealed texts is all that a reader learns; the nonce repeats only together with the whole message.

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { formatBase64url, parseBase64url } from "./base64.ts";
import { concat, equalBytes, text, utf8 } from "./bytes.ts";
import { prepareHmac } from "./sha256.ts";

const algorithm = "aes-256-gcm";
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * base64url(nonce ‖ ciphertext ‖ tag) of a text, bound to a context (what it is for and for whom): it opens only under
 * the same key and context.
 * @throws {TypeError} when the key is not 32 bytes or the context holds U+0000
 */
export function seal(key32: Uint8Array, plaintext: string, context: string): string {
  const { cipherKey, nonceOf } = prepared(key32, context);
  const nonce = nonceOf(`${context}\0${plaintext}`).subarray(0, nonceBytes);
  const cipher = createCipheriv(algorithm, cipherKey, nonce, { authTagLength: tagBytes });
  cipher.setAAD(utf8(context));
  const body = cipher.update(plaintext, "utf8");
  return formatBase64url(concat(nonce, body, cipher.final(), cipher.getAuthTag()));
}

/** The text that was sealed under this key and context, or null for anything else: altered, foreign, or for another use. */
export function unseal(key32: Uint8Array, sealed: string, context: string): string | null {
  const { cipherKey } = prepared(key32, context);
  try {
    const bytes = parseBase64url(sealed);
    if (bytes.length < nonceBytes + tagBytes) return null;
    const decipher = createDecipheriv(algorithm, cipherKey, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(utf8(context));
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
    const body = decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes));
    return text(concat(body, decipher.final()));
  } catch {
    // Not base64url, or the tag does not hold. Which of the two is nobody's business.
    return null;
  }
}

interface Prepared {
  /** What was prepared, to see that the array still holds it. */
  readonly bytes: Uint8Array;
  readonly cipherKey: KeyObject;
  readonly nonceOf: (data: string) => Uint8Array;
}

// The platform takes ten times as long for a key that it is handed as bytes. Kept as long as whoever holds the key holds it.
const keys = new WeakMap<Uint8Array, Prepared>();

// U+0000 separates the context from the text under the nonce's MAC, so it may not stand in the context.
function prepared(key32: Uint8Array, context: string): Prepared {
  if (key32.length !== keyBytes) throw new TypeError("A sealing key has 32 bytes.");
  if (context.includes("\0")) throw new TypeError("A sealing context has no U+0000.");
  const known = keys.get(key32);
  if (known !== undefined && equalBytes(known.bytes, key32)) return known;
  const bytes = key32.slice();
  const fresh: Prepared = { bytes, cipherKey: createSecretKey(bytes), nonceOf: prepareHmac(bytes) };
  keys.set(key32, fresh);
  return fresh;
}
