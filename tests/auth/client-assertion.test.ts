import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { assertionSecondsMax, signAssertion, verifyAssertion } from "../../src/auth/client-assertion.ts";
import type { AssertionChecks } from "../../src/auth/client-assertion.ts";
import { jwsLengthMax } from "../../src/auth/compact-jws.ts";
import { generateKey, importSigningKey, keyAlgorithms, parsePrivateJwk, publicJwk } from "../../src/auth/key.ts";
import type { PublicJwk } from "../../src/auth/key.ts";
import { parseHex } from "../../src/encoding/bytes.ts";
import vectors from "../vectors/auth/client-assertion.json" with { type: "json" };
import rfc from "../vectors/auth/jose-rfc.json" with { type: "json" };
import { signRaw } from "./raw-jws.ts";
import { refusalOf } from "./refusal-of.ts";

const jwk = parsePrivateJwk(vectors.key);
const otherJwk = parsePrivateJwk(rfc.rfc7515.privateJwk);

interface Case {
  readonly header?: string;
  readonly claims?: string;
  readonly claimsHex?: string;
}

async function tokenOf(given: Case): Promise<string> {
  const claims = given.claimsHex === undefined ? (given.claims ?? vectors.claims) : parseHex(given.claimsHex);
  return await signRaw(vectors.key, { header: given.header ?? vectors.header, claims });
}

/** A store of its own for each test: two clients with a key each, and a memory that says what was asked of it. */
function checksWith(changes: Partial<AssertionChecks> = {}) {
  const keys = new Map<string, readonly PublicJwk[]>([
    [vectors.clientId, [publicJwk(jwk)]],
    ["TR-analyst", [publicJwk(otherJwk)]],
  ]);
  const remembered = new Map<string, number>();
  const checks: AssertionChecks = {
    issuer: vectors.issuer,
    now: vectors.now,
    findKeys: (clientId) => keys.get(clientId) ?? [],
    remember: (id, until) => !remembered.has(id) && remembered.set(id, until) !== undefined,
    ...changes,
  };
  return { checks, remembered, keys };
}

describe("an assertion that holds", () => {
  it.each(vectors.valid)("is accepted: $name", async (given) => {
    const { checks } = checksWith();
    await expect(verifyAssertion(await tokenOf(given), checks)).resolves.toMatchObject({
      clientId: vectors.clientId,
      kid: jwk.kid,
    });
  });

  it.each(keyAlgorithms)("is what the other side signs with %s", async (alg) => {
    const own = await generateKey(alg);
    const { checks, remembered } = checksWith({ findKeys: () => [publicJwk(jwk), publicJwk(own)] });
    const request = { clientId: "UZ-contributor", audience: vectors.issuer, now: vectors.now + 999_999, jti: "unique" };
    const text = await signAssertion(await importSigningKey(own), request);
    await expect(verifyAssertion(text, checks)).resolves.toEqual({
      clientId: "UZ-contributor",
      kid: own.kid,
      jti: "unique",
      expiresAt: vectors.now + assertionSecondsMax * 1_000_000,
    });
    expect([...remembered.values()]).toEqual([vectors.now + assertionSecondsMax * 1_000_000]);
  });

  it("is accepted beside the client_id that it is about, and no other", async () => {
    const text = await tokenOf({});
    const same = checksWith({ clientId: vectors.clientId });
    await expect(verifyAssertion(text, same.checks)).resolves.toMatchObject({ clientId: vectors.clientId });
    const other = checksWith({ clientId: "TR-analyst" });
    expect(await refusalOf(() => verifyAssertion(text, other.checks))).toMatchObject({
      code: "invalid-client",
      rule: "sub",
    });
  });
});

describe("an assertion is refused", () => {
  it.each(vectors.invalid)("with $name", async (given) => {
    const { checks, remembered } = checksWith();
    const refusal = await refusalOf(async () => verifyAssertion(await tokenOf(given), checks));
    expect(refusal).toMatchObject({ code: "invalid-client", rule: given.rule });
    expect(remembered.size).toBe(0);
  });

  it("the second time", async () => {
    const { checks } = checksWith();
    const text = await tokenOf({});
    await verifyAssertion(text, checks);
    expect(await refusalOf(() => verifyAssertion(text, checks))).toMatchObject({
      code: "invalid-client",
      rule: "replay",
    });
  });

  it("the second time, though its jti comes in another token", async () => {
    const { checks } = checksWith();
    await verifyAssertion(await tokenOf({}), checks);
    const again = await tokenOf({ claims: vectors.claims.replace("{", '{"more":1,') });
    expect(await refusalOf(() => verifyAssertion(again, checks))).toMatchObject({ rule: "replay" });
  });

  it("once of sixteen that arrive at the same time", async () => {
    const { checks } = checksWith();
    const text = await tokenOf({});
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, () => refusalOf(() => verifyAssertion(text, checks))),
    );
    expect(outcomes.filter((refusal) => refusal === undefined)).toHaveLength(1);
    expect(outcomes.filter((refusal) => refusal?.rule === "replay")).toHaveLength(15);
  });

  it("when one client signs for another", async () => {
    const { checks } = checksWith();
    const header = JSON.stringify({ alg: "ES256", kid: otherJwk.kid });
    const text = await signRaw(rfc.rfc7515.privateJwk, { header, claims: vectors.claims });
    expect(await refusalOf(() => verifyAssertion(text, checks))).toMatchObject({ rule: "signature" });
  });

  it("when its signature is another key's under the right kid", async () => {
    const { checks } = checksWith();
    const stranger = await generateKey("Ed25519");
    const text = await signRaw(stranger, {
      header: vectors.header,
      claims: vectors.claims,
    });
    expect(await refusalOf(() => verifyAssertion(text, checks))).toMatchObject({ rule: "signature" });
  });

  it("in the same words whether the client, its key or the signature is wrong", async () => {
    const { checks } = checksWith();
    const texts = [
      await tokenOf({ claims: vectors.claims.replaceAll(vectors.clientId, "XX-nobody") }),
      await tokenOf({ claims: vectors.claims.replaceAll(vectors.clientId, "TR-analyst") }),
      await tokenOf({ header: vectors.header.replace(jwk.kid, otherJwk.kid) }),
      await tokenOf({ header: vectors.header.replace('"alg":"Ed25519"', '"alg":"ES256"') }),
      (await tokenOf({})).replace(/\.[^.]*$/, `.${"A".repeat(86)}`),
    ];
    const refusals = await Promise.all(texts.map((text) => refusalOf(() => verifyAssertion(text, checks))));
    expect(new Set(refusals.map((refusal) => `${refusal?.code} ${refusal?.rule} ${refusal?.message}`)).size).toBe(1);
    expect(refusals[0]?.rule).toBe("signature");
  });

  it.each([
    ["empty", "", "compact"],
    ["two parts", "e30.e30", "compact"],
    ["four parts", "e30.e30.e30.e30", "compact"],
    ["five parts, a JWE", "e30.e30.e30.e30.e30", "compact"],
    ["an empty header", ".e30.e30", "compact"],
    ["an empty payload", "e30..e30", "compact"],
    ["an empty signature", "e30.e30.", "compact"],
    ["a signature of 63 bytes", `e30.e30.${"A".repeat(84)}`, "base64url"],
    ["a signature of 65 bytes", `e30.e30.${"A".repeat(87)}`, "base64url"],
    ["a signature in DER", `e30.e30.${"MEUCIQ".padEnd(94, "A")}`, "base64url"],
    ["a space", `e30.e30.${"A".repeat(85)} `, "base64url"],
    ["a JSON serialization", '{"payload":"e30","signatures":[]}', "compact"],
  ])("when it is no compact JWS: %s", async (_, text, rule) => {
    expect(await refusalOf(() => verifyAssertion(text, checksWith().checks))).toMatchObject({
      code: "invalid-client",
      rule,
    });
  });

  it("when it is a megabyte long, before any of it is read", async () => {
    const huge = [
      `${"A".repeat(1_000_000)}.e30.${"A".repeat(86)}`,
      ".".repeat(1_000_000),
      "A".repeat(jwsLengthMax + 1),
    ];
    for (const text of huge) {
      expect(await refusalOf(() => verifyAssertion(text, checksWith().checks))).toMatchObject({ rule: "size" });
    }
  });

  it("when its base64url has a tail, for each part and each spelling", async () => {
    const parts = (await tokenOf({})).split(".");
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let tried = 0;
    for (const [at, part] of parts.entries()) {
      const last = alphabet.indexOf(part.at(-1) ?? "");
      const free = part.length % 4 === 2 ? 16 : part.length % 4 === 3 ? 4 : 1;
      for (let tail = 1; tail < free; tail++) {
        const respelled = part.slice(0, -1) + alphabet.charAt(last ^ tail);
        expect(Buffer.from(respelled, "base64url")).toEqual(Buffer.from(part, "base64url"));
        const text = parts.with(at, respelled).join(".");
        expect(await refusalOf(() => verifyAssertion(text, checksWith().checks))).toMatchObject({ rule: "base64url" });
        tried++;
      }
      const padded = parts.with(at, `${part}=`).join(".");
      expect(await refusalOf(() => verifyAssertion(padded, checksWith().checks))).toMatchObject({ rule: "base64url" });
    }
    expect(tried).toBeGreaterThan(15);
  });

  it.each(keyAlgorithms)("whichever of its characters is another: %s", async (alg) => {
    const own = await generateKey(alg);
    const { checks } = checksWith({ findKeys: () => [publicJwk(own)], remember: () => true });
    const request = { clientId: vectors.clientId, audience: vectors.issuer, now: vectors.now, jti: "unique" };
    const text = await signAssertion(await importSigningKey(own), request);
    await expect(verifyAssertion(text, checks)).resolves.toBeDefined();
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 1, max: 127 }), async (at, change) => {
        const altered = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ change) + text.slice(at + 1);
        expect(await refusalOf(() => verifyAssertion(altered, checks))).toMatchObject({ code: "invalid-client" });
      }),
      { numRuns: 1500 },
    );
  });
});

describe("the replay memory", () => {
  it("keeps the clients apart: the same jti of another client is new", async () => {
    const { checks, remembered } = checksWith();
    await verifyAssertion(await tokenOf({}), checks);
    const header = JSON.stringify({ alg: "ES256", kid: otherJwk.kid });
    const claims = vectors.claims.replaceAll(vectors.clientId, "TR-analyst");
    await verifyAssertion(await signRaw(rfc.rfc7515.privateJwk, { header, claims }), checks);
    expect(remembered.size).toBe(2);
  });

  it("is asked for ids of one length, whatever the jti", async () => {
    const { checks, remembered } = checksWith();
    for (const jti of ["a", "a".repeat(256), "й\\n"]) {
      await verifyAssertion(await tokenOf({ claims: vectors.claims.replace("3f0c9a7e5b1d4862", jti) }), checks);
    }
    expect([...remembered.keys()].map((id) => id.length)).toEqual([43, 43, 43]);
  });

  it("is not asked about what nobody signed", async () => {
    const asked: string[] = [];
    const { checks } = checksWith({ remember: (id) => asked.push(id) > 0 });
    const forged = (await tokenOf({})).replace(/\.[^.]*$/, `.${"A".repeat(86)}`);
    await refusalOf(() => verifyAssertion(forged, checks));
    expect(asked).toEqual([]);
  });
});

describe("rotation of a client's key", () => {
  it("accepts the old and the new key while both are registered, and each alone after", async () => {
    const next = await generateKey("ES256");
    const request = { clientId: vectors.clientId, audience: vectors.issuer, now: vectors.now };
    const sign = async (key: typeof jwk, jti: string) =>
      await signAssertion(await importSigningKey(key), { ...request, jti });
    const { checks, keys } = checksWith();
    keys.set(vectors.clientId, [publicJwk(jwk), publicJwk(next)]);
    await expect(verifyAssertion(await sign(jwk, "1"), checks)).resolves.toMatchObject({ kid: jwk.kid });
    await expect(verifyAssertion(await sign(next, "2"), checks)).resolves.toMatchObject({ kid: next.kid });
    keys.set(vectors.clientId, [publicJwk(next)]);
    expect(await refusalOf(async () => verifyAssertion(await sign(jwk, "3"), checks))).toMatchObject({
      rule: "signature",
    });
  });
});
