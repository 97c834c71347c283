import { describe, expect, it } from "vitest";
import { readCompactJws, signCompactJws, verifyCompactJws } from "../../src/auth/compact-jws.ts";
import type { JwsProfile } from "../../src/auth/compact-jws.ts";
import { generateKey, importSigningKey, importVerifyingKey, keyAlgorithms } from "../../src/auth/key.ts";
import { refusalOf } from "./refusal-of.ts";

const profile: JwsProfile = { code: "unauthenticated", noun: "test token", types: ["test+jwt"] };

describe.each(keyAlgorithms)("a compact JWS signed with %s", (alg) => {
  it("is read with what was signed, and holds under its own key alone", async () => {
    const [own, other] = [await generateKey(alg), await generateKey(alg)];
    const text = await signCompactJws(await importSigningKey(own), "test+jwt", { a: "Қ", b: [1] });
    const jws = readCompactJws(text, profile);
    expect(jws).toEqual({ text, alg, kid: own.kid, claims: { a: "Қ", b: [1] } });
    const key = await importVerifyingKey(own);
    await expect(verifyCompactJws(jws, key, profile)).resolves.toBeUndefined();

    const otherAlg = keyAlgorithms.find((known) => known !== alg) ?? alg;
    const wrong = [
      undefined,
      await importVerifyingKey(other),
      { ...(await importVerifyingKey(other)), kid: own.kid },
      { ...key, kid: other.kid },
      { ...key, alg: otherAlg },
    ];
    for (const candidate of wrong) {
      const refusal = await refusalOf(() => verifyCompactJws(jws, candidate, profile));
      expect(refusal).toMatchObject({ code: "unauthenticated", rule: "signature" });
    }
  });

  it("is not taken for another kind of token, and its refusal has that kind's code and name", async () => {
    const text = await signCompactJws(await importSigningKey(await generateKey(alg)), "test+jwt", {});
    const refusal = await refusalOf(() =>
      readCompactJws(text, { code: "invalid-client", noun: "other token", types: ["other+jwt"] }),
    );
    expect(refusal).toMatchObject({ code: "invalid-client", rule: "typ" });
    expect(refusal?.message).toBe("The other token has a typ other than other+jwt.");
  });
});
