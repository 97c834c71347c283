// Signs any header and payload, however wrong, so that a token has one fault and a signature that holds. Independent of the
// room under test: WebCrypto alone.

import { Buffer } from "node:buffer";

export interface RawToken {
  readonly header: string;
  readonly claims: string | Uint8Array;
}

/** A private key as the vectors have it. */
export interface RawKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y?: string;
  readonly d: string;
}

export async function signRaw(jwk: RawKey, raw: RawToken): Promise<string> {
  const input = `${encode(raw.header)}.${encode(raw.claims)}`;
  const parameters = jwk.kty === "EC" ? { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } : { name: "Ed25519" };
  const { kty, crv, x, y, d } = jwk;
  const plain = y === undefined ? { kty, crv, x, d } : { kty, crv, x, y, d };
  const key = await crypto.subtle.importKey("jwk", plain, parameters, false, ["sign"]);
  const signature = await crypto.subtle.sign(parameters, key, Buffer.from(input));
  return `${input}.${encode(new Uint8Array(signature))}`;
}

function encode(part: string | Uint8Array): string {
  return Buffer.from(part).toString("base64url");
}
