// Cosignatures of witnesses, Ed25519 (C2SP tlog-cosignature, type 4): "as of this second, the largest consistent tree
// that I have seen of this log". Our own witness signs with it; checkpoints are final by it.

import { concat, utf8 } from "../encoding/bytes.ts";
import { Refusal } from "../refusal.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import type { NoteSigner, NoteVerifier } from "./note.ts";
import { keyIdOf } from "./note.ts";
import {
  cosignatureType,
  ed25519Sign,
  ed25519VerifierKey,
  ed25519Verify,
  formatVerifierKey,
  type SigningKey,
} from "./note-key.ts";

const timeBytes = 8;
const signatureBytes = 64;

/**
 * What checks a witness's cosignatures on checkpoints.
 * @throws {Refusal} malformed when it is no verifier key; unsupported when it is one of another type
 */
export async function cosignatureVerifier(vkey: string): Promise<NoteVerifier> {
  const { name, keyId, publicKey } = ed25519VerifierKey(vkey, cosignatureType);
  const verify = await ed25519Verify(publicKey);
  return {
    name,
    keyId,
    verify: async (text, signature) => {
      if (signature.length !== timeBytes + signatureBytes || !isCheckpoint(text)) return false;
      const seconds = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
      // The specification ends time at 2^63−1.
      if (seconds >= 1n << 63n) return false;
      return verify(message(text, seconds), signature.subarray(timeBytes));
    },
  };
}

/**
 * What cosigns checkpoints as a witness, at a time in seconds since 1970, and the verifier key to publish.
 * @throws {TypeError} on signing anything but a checkpoint
 */
export async function cosigner(
  key: SigningKey,
  seconds: () => number,
): Promise<NoteSigner & { readonly verifierKey: string }> {
  const { publicKey, sign } = await ed25519Sign(key.seed);
  return {
    name: key.name,
    keyId: keyIdOf(key.name, cosignatureType, publicKey),
    sign: async (text) => {
      if (!isCheckpoint(text)) throw new TypeError("A witness signs nothing but checkpoints.");
      const time = BigInt(seconds());
      const prefix = new Uint8Array(timeBytes);
      new DataView(prefix.buffer).setBigUint64(0, time);
      return concat(prefix, await sign(message(text, time)));
    },
    verifierKey: formatVerifierKey(key.name, cosignatureType, publicKey),
  };
}

/**
 * When a cosignature was made, in seconds since 1970. Only of use once it has been verified.
 * @throws {Refusal} malformed
 */
export function cosignatureSeconds(signature: Uint8Array): number {
  const seconds =
    signature.length === timeBytes + signatureBytes
      ? Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0))
      : Number.NaN;
  if (!Number.isSafeInteger(seconds)) {
    throw new Refusal("malformed", "The bytes are not a cosignature.", { rule: "cosignature" });
  }
  return seconds;
}

// The header line keeps cosignatures apart from signatures over notes by the same key.
function message(text: string, seconds: bigint): Uint8Array {
  return utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
}

function isCheckpoint(text: string): boolean {
  try {
    parseCheckpoint(text);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
