// Sealing a short text for ourselves: AES-256-GCM (NIST SP 800-38D) with a nonce derived from what is sealed, so that
// equal input gives an equal text. Cursors and status ids are handed out in this form.
// Equality of two sealed texts is all that a reader learns; the nonce repeats only together with the whole message.

import { createCipheriv, createDecipheriv } from "node:crypto";
import { formatBase64url, parseBase64url } from "./base64.ts";
import { concat, text, utf8 } from "./bytes.ts";
import { hmacSha256 } from "./sha256.ts";

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
  checkKey(key32, context);
  const nonce = hmacSha256(key32, `${context}\0${plaintext}`).subarray(0, nonceBytes);
  const cipher = createCipheriv(algorithm, key32, nonce, { authTagLength: tagBytes });
  cipher.setAAD(utf8(context));
  const body = cipher.update(plaintext, "utf8");
  return formatBase64url(concat(nonce, body, cipher.final(), cipher.getAuthTag()));
}

/** The text that was sealed under this key and context, or null for anything else: altered, foreign, or for another use. */
export function unseal(key32: Uint8Array, sealed: string, context: string): string | null {
  checkKey(key32, context);
  try {
    const bytes = parseBase64url(sealed);
    if (bytes.length < nonceBytes + tagBytes) return null;
    const decipher = createDecipheriv(algorithm, key32, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(utf8(context));
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
    const body = decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes));
    return text(concat(body, decipher.final()));
  } catch {
    // Not base64url, or the tag does not hold. Which of the two is nobody's business.
    return null;
  }
}

// U+0000 separates the context from the text under the nonce's MAC, so it may not stand in the context.
function checkKey(key32: Uint8Array, context: string): void {
  if (key32.length !== keyBytes) throw new TypeError("A sealing key has 32 bytes.");
  if (context.includes("\0")) throw new TypeError("A sealing context has no U+0000.");
}
