import { beforeAll, describe, expect, it } from "vitest";
import { generateKey, type PrivateJwk, publicJwk } from "../../src/auth/key.ts";
import { type EdgeEnvironment, readEdgeSettings } from "../../src/edge/settings.ts";
import { makeKeys } from "../../src/exchange/keys.ts";
import { Refusal } from "../../src/refusal.ts";

const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));
const database = { prepare: () => database, batch: async () => [] };

describe("settings of the edge", () => {
  let keys: string;
  let secretariat: PrivateJwk;
  let good: EdgeEnvironment;
  beforeAll(async () => {
    keys = await makeKeys("exchange.example", random);
    secretariat = await generateKey("ES256");
    good = {
      EXCHANGE_URL: "https://exchange.example",
      SERAI_KEYS: keys,
      SECRETARIAT_JWK: JSON.stringify(publicJwk(secretariat)),
      DB: database,
    };
  });

  it("are read from what is bound", async () => {
    const settings = await readEdgeSettings({ ...good, EXCHANGE_TITLE: "Regional exchange" });
    expect(settings).toMatchObject({
      url: "https://exchange.example",
      title: "Regional exchange",
      secretariat: publicJwk(secretariat),
      database,
    });
    expect(settings.keys.log.name).toBe("exchange.example");
  });

  it("need no title, and the secretariat's key at a first start only", async () => {
    const { SECRETARIAT_JWK: _, ...without } = good;
    expect(await readEdgeSettings(without)).toMatchObject({ title: "Serai", secretariat: null });
  });

  const broken: readonly (readonly [string, string, (good: EdgeEnvironment) => unknown])[] = [
    ["EXCHANGE_URL", "absent", () => undefined],
    ["EXCHANGE_URL", "of another scheme", () => "http://exchange.example"],
    ["EXCHANGE_URL", "with a slash at its end", () => "https://exchange.example/"],
    ["EXCHANGE_URL", "no text", () => 8787],
    ["EXCHANGE_TITLE", "of two lines", () => "Regional\nexchange"],
    ["EXCHANGE_TITLE", "too long", () => "x".repeat(101)],
    ["SERAI_KEYS", "absent", () => ""],
    ["SERAI_KEYS", "no JSON", () => "not the keys"],
    ["SERAI_KEYS", "cut short", (all) => String(all["SERAI_KEYS"]).slice(0, -9)],
    ["SERAI_KEYS", "of another version", (all) => String(all["SERAI_KEYS"]).replace('"version": 1', '"version": 2')],
    ["SECRETARIAT_JWK", "no JSON", () => "{"],
    ["SECRETARIAT_JWK", "a private key", () => JSON.stringify(secretariat)],
    ["DB", "absent", () => undefined],
    ["DB", "another kind of binding", () => ({ get: () => null })],
  ];
  it.each(broken)("names %s where it is %s", async (name, _what, value) => {
    const refusal = await readEdgeSettings({ ...good, [name]: value(good) }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: "invalid", subject: name });
    expect(String(refusal)).toContain(name);
  });

  it("never repeats a secret, whatever is wrong with it", async () => {
    for (let cut = 1; cut < keys.length; cut += 37) {
      const error: unknown = await readEdgeSettings({ ...good, SERAI_KEYS: keys.slice(0, -cut) }).then(
        () => null,
        (e: unknown) => e,
      );
      let said = "";
      for (let one = error; one instanceof Error; one = one.cause) said += ` ${one.message}`;
      const secrets = keys.match(/[A-Za-z0-9+/_-]{40,}/g) ?? [];
      expect(secrets.length).toBeGreaterThan(3);
      for (const secret of secrets) expect(said).not.toContain(secret.slice(0, 16));
    }
  });
});
