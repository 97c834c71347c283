import { calculateJwkThumbprint, compactVerify } from "jose";
import { describe, expect, it } from "vitest";
import {
  generateKey,
  importSigningKey,
  importVerifyingKey,
  jwkMembersMax,
  keyAlgorithms,
  parsePrivateJwk,
  parsePublicJwk,
  publicJwk,
  thumbprint,
} from "../../src/auth/key.ts";
import { jwks } from "../../src/auth/metadata.ts";
import { formatHex } from "../../src/encoding/bytes.ts";
import { formatBase64url, parseBase64url } from "../../src/encoding/base64.ts";
import rfc from "../vectors/auth/jose-rfc.json" with { type: "json" };
import vectors from "../vectors/auth/jwk.json" with { type: "json" };
import { refusalOf } from "./refusal-of.ts";

const { d: privatePart, ...ed25519 } = rfc.rfc8037.privateJwk;
const { d: _, ...es256 } = rfc.rfc7515.privateJwk;

describe("a public key", () => {
  it.each(vectors.valid)("is accepted $name, and reduced to what counts", ({ add }) => {
    expect(parsePublicJwk({ ...ed25519, ...add })).toEqual({
      ...ed25519,
      alg: "Ed25519",
      use: "sig",
      kid: rfc.rfc8037.thumbprint,
    });
  });

  it.each(vectors.invalid)("is refused: $name", async ({ add, pointer }) => {
    const refusal = await refusalOf(() => parsePublicJwk({ ...ed25519, ...add }));
    expect(refusal).toMatchObject({ code: "invalid", rule: "jwk", pointer });
    // A refusal is logged and shown: the private part that was sent by mistake is not in it.
    expect(JSON.stringify(refusal) + refusal?.message).not.toContain(privatePart);
  });

  it.each(vectors.smallOrder)("is refused if it has small order: %s", async (x) => {
    expect(await refusalOf(() => parsePublicJwk({ ...ed25519, x }))).toMatchObject({ code: "invalid", pointer: "/x" });
  });

  it.each([null, [], "{}", 1, undefined])("is refused if it is no object: %j", async (value) => {
    expect(await refusalOf(() => parsePublicJwk(value))).toMatchObject({ code: "malformed" });
  });

  it("is refused with too many members", async () => {
    const many = Object.fromEntries(Array.from({ length: jwkMembersMax }, (_, i) => [`x${i}`, i]));
    expect(await refusalOf(() => parsePublicJwk({ ...ed25519, ...many }))).toMatchObject({ code: "limit" });
  });

  it.each(["x", "y"] as const)("on P-256 is refused when %s is off the curve", async (member) => {
    const bytes = parseBase64url(es256[member]);
    bytes[31] = (bytes[31] ?? 0) ^ 1;
    const jwk = parsePublicJwk({ ...es256, [member]: formatBase64url(bytes) });
    expect(await refusalOf(() => importVerifyingKey(jwk))).toMatchObject({ code: "invalid", rule: "jwk" });
  });

  it("on P-256 is refused when it is the point (0, 0)", async () => {
    const zero = formatBase64url(new Uint8Array(32));
    const jwk = parsePublicJwk({ ...es256, x: zero, y: zero });
    expect(await refusalOf(() => importVerifyingKey(jwk))).toMatchObject({ code: "invalid" });
  });

  it("is published without a private part even when it is handed over with one", () => {
    const whole = parsePrivateJwk(rfc.rfc7515.privateJwk);
    expect(JSON.stringify(jwks([whole]))).not.toContain(whole.d);
    expect(jwks([whole])).toEqual({ keys: [parsePublicJwk(es256)] });
  });
});

describe("a thumbprint (RFC 7638)", () => {
  it("is the one of RFC 7638 §3.1", () => {
    expect(thumbprint(rfc.rfc7638.required)).toBe(rfc.rfc7638.thumbprint);
  });

  it("is the one of RFC 8037 A.3", () => {
    expect(parsePublicJwk(ed25519).kid).toBe(rfc.rfc8037.thumbprint);
  });

  it.each([ed25519, es256])("is what jose computes for $crv", async (jwk) => {
    expect(parsePublicJwk(jwk).kid).toBe(await calculateJwkThumbprint(jwk));
  });
});

describe("a private key", () => {
  it.each(keyAlgorithms)(
    "that was generated for %s is parsed from its own text and belongs to its public part",
    async (alg) => {
      const jwk = await generateKey(alg);
      expect(parsePrivateJwk(JSON.parse(JSON.stringify(jwk)))).toEqual(jwk);
      expect(parsePublicJwk(publicJwk(jwk))).toEqual(publicJwk(jwk));
      const key = await importSigningKey(jwk);
      expect(key).toMatchObject({ alg, kid: jwk.kid, publicJwk: publicJwk(jwk) });
    },
  );

  it.each(keyAlgorithms)("that was imported for %s cannot be exported", async (alg) => {
    const { cryptoKey } = await importSigningKey(await generateKey(alg));
    expect(cryptoKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("jwk", cryptoKey)).rejects.toThrow();
  });

  it.each(keyAlgorithms)("is new each time: %s", async (alg) => {
    expect((await generateKey(alg)).d).not.toBe((await generateKey(alg)).d);
  });

  it.each(keyAlgorithms)("is refused with the public part of another: %s", async (alg) => {
    const [one, other] = [await generateKey(alg), await generateKey(alg)];
    const mixed = { ...one, d: other.d };
    expect(await refusalOf(() => importSigningKey(mixed))).toMatchObject({ code: "invalid" });
  });

  it("is refused without its private part", async () => {
    expect(await refusalOf(() => parsePrivateJwk(ed25519))).toMatchObject({ code: "invalid", pointer: "/d" });
  });

  it("is refused when it says that it verifies", async () => {
    const value = { ...rfc.rfc8037.privateJwk, key_ops: ["verify"] };
    expect(await refusalOf(() => parsePrivateJwk(value))).toMatchObject({ code: "invalid", pointer: "/key_ops" });
  });

  it("of RFC 8037 A.1 makes the signature of A.4", async () => {
    const key = await importSigningKey(parsePrivateJwk(rfc.rfc8037.privateJwk));
    const [header, payload, signature] = rfc.rfc8037.jws.split(".");
    const made = await crypto.subtle.sign("Ed25519", key.cryptoKey, new TextEncoder().encode(`${header}.${payload}`));
    expect(formatBase64url(new Uint8Array(made))).toBe(signature);
  });

  it("of RFC 7515 A.3 verifies the signature there", async () => {
    const { cryptoKey } = await importVerifyingKey(parsePublicJwk(es256));
    await expect(compactVerify(rfc.rfc7515.jws, cryptoKey, { algorithms: ["ES256"] })).resolves.toBeDefined();
    expect(formatHex(parseBase64url(rfc.rfc7515.jws.split(".")[2] ?? ""))).toHaveLength(128);
  });
});
