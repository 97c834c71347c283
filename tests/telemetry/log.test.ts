import type { LogRecord } from "@logtape/logtape";
import { resetSync } from "@logtape/logtape";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { signAccessToken } from "../../src/auth/access-token.ts";
import { signAssertion } from "../../src/auth/client-assertion.ts";
import { generateKey, importSigningKey } from "../../src/auth/key.ts";
import { scopesOf } from "../../src/auth/scope.ts";
import { formatBase64, formatBase64url } from "../../src/encoding/base64.ts";
import { formatHex } from "../../src/encoding/bytes.ts";
import { sha256 } from "../../src/encoding/sha256.ts";
import { Refusal } from "../../src/refusal.ts";
import {
  formatRecord,
  formatRequestId,
  logItemsMax,
  logLineLengthMax,
  logTextLengthMax,
  logValuesMax,
  openLog,
  parseRequestId,
  redact,
  requestLogger,
  roomLogger,
} from "../../src/telemetry/log.ts";

const at = 1_795_507_200_000_001;

function line(message: string | readonly unknown[], properties: Record<string, unknown> = {}): string {
  const parts = typeof message === "string" ? [message] : message;
  const record: LogRecord = {
    category: ["serai", "http"],
    level: "info",
    message: parts,
    rawMessage: "",
    timestamp: 0,
    properties,
  };
  return formatRecord(record, at);
}

/** A line's JSON: an object by construction. */
function parsed(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

describe("a log record", () => {
  it("is one line of JSON with time, level, logger, request, message and data", () => {
    expect(line("Served.", { request: "req-0001", state: "KZ", count: 3, done: true, none: null })).toBe(
      '{"time":"2026-11-24T08:00:00.000001Z","level":"info","logger":"serai.http","request":"req-0001","message":"Served.","data":{"state":"KZ","count":3,"done":true,"none":null}}',
    );
  });

  it("has no empty data", () => {
    expect(line("Served.")).toBe(
      '{"time":"2026-11-24T08:00:00.000001Z","level":"info","logger":"serai.http","message":"Served."}',
    );
  });

  const hostile: readonly (readonly [string, string, string])[] = [
    ["a line feed", "a\nb", "a\\nb"],
    ["a carriage return", "a\r\n{}", "a\\r\\n{}"],
    ["an ANSI sequence", "\u001b[2J\u001b[31mred", "\\u001b[2J\\u001b[31mred"],
    ["an ANSI sequence by one C1 character", "\u009b2J", "\\u009b2J"],
    ["an OSC that sets the title", "\u001b]0;x\u0007", "\\u001b]0;x\\u0007"],
    ["a backspace", "abc\b\b", "abc\\b\\b"],
    ["DEL", "a\u007f", "a\\u007f"],
    ["NUL", "a\u0000b", "a\\u0000b"],
    ["a next line", "a\u0085b", "a\\u0085b"],
    ["a line separator", "a\u2028b\u2029", "a\\u2028b\\u2029"],
    ["a right-to-left override", "a\u202egnp.exe", "a\\u202egnp.exe"],
    [
      "embeddings and isolates",
      "\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069",
      "\\u202a\\u202b\\u202c\\u202d\\u2066\\u2067\\u2068\\u2069",
    ],
    ["direction marks", "\u200e\u200f\u061c", "\\u200e\\u200f\\u061c"],
    ["zero-width characters", "a\u200b\u200c\u200d\u2060\ufeff", "a\\u200b\\u200c\\u200d\\u2060\\ufeff"],
    ["a soft hyphen", "a\u00adb", "a\\u00adb"],
    ["tag characters", "\u{e0041}", "\\udb40\\udc41"],
    ["private use", "\ue000", "\\ue000"],
    ["a lone surrogate", "a\ud800", "a\\ud800"],
    ["quotes and a backslash", '"\\', '\\"\\\\'],
  ];
  it.each(hostile)("escapes %s, in messages, data, names and the request", (_, text, escaped) => {
    const whole = line(text, { [text]: text, nested: [{ deep: text }], request: text });
    expect(whole.split(escaped)).toHaveLength(6);
    // oxlint-disable-next-line no-control-regex
    expect(whole).toMatch(/^[^\u0000-\u001f\p{C}\p{Zl}\p{Zp}]*$/u);
    expect(parsed(whole)).toMatchObject({
      message: text,
      request: text,
      data: { [text]: text, nested: [{ deep: text }] },
    });
  });

  it.each(["Қазақстан", "Турция — отчёт", "日本語", "naïve €", "👩 ok"])(
    "leaves readable text readable: %s",
    (text) => {
      expect(line(text)).toContain(text);
    },
  );

  it("stays one printable line of JSON that gives short texts back, whatever they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (text) => {
        const whole = line(text, { text });
        expect(whole).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);
        expect(parsed(whole)).toMatchObject({ message: text, data: { text } });
      }),
      { numRuns: 2000 },
    );
  });

  it("stays bounded and printable for any value", () => {
    fc.assert(
      fc.property(
        fc.anything({ maxDepth: 6, withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
        (value) => {
          const whole = line(["Value: ", value, ""], { value });
          expect(whole.length).toBeLessThanOrEqual(logLineLengthMax);
          expect(whole).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);
          expect(parsed(whole)).toMatchObject({ level: "info" });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("cuts long texts and says by how much, never through a character", () => {
    const message = parsed(line("a ".repeat(2500)))["message"];
    expect(message).toBe(`${"a ".repeat(logTextLengthMax / 2)}…[+${5000 - logTextLengthMax}]`);
    const shortened = parsed(line(`${"x".repeat(3000)} Bearer ${"s".repeat(3000)}`))["message"];
    expect(shortened).toMatch(/^x{1024}…\[\+\d{4}\]$/);
    const pair = parsed(line(`${" ".repeat(logTextLengthMax - 1)}😀`))["message"];
    expect(pair).toBe(`${" ".repeat(logTextLengthMax - 1)}…[+2]`);
  });

  it("cuts lists, members, depth and cycles", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    const many = Array.from({ length: 10_000 }, (_, i) => i);
    const whole = parsed(line("", { many, cycle, members: Object.fromEntries(many.map((i) => [`m${i}`, i])) }));
    const data = whole["data"] as { many: unknown[]; cycle: unknown; members: object };
    expect(data.many).toHaveLength(logItemsMax);
    expect(Object.keys(data.members)).toHaveLength(logItemsMax);
    expect(JSON.stringify(data.cycle)).toBe('{"self":{"self":{"self":"[deep]"}}}');
  });

  it("shows so many values and no more, however they are nested", () => {
    const wide = (depth: number): unknown => (depth === 0 ? 1 : Array.from({ length: 32 }, () => wide(depth - 1)));
    const data = JSON.stringify(parsed(line("", { wide: wide(3) }))["data"]);
    expect(data).toContain("[more]");
    expect(data.split("1,").length).toBeLessThan(logValuesMax);
  });

  it("loses its data rather than grow beyond its line", () => {
    const wide = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`m${i}`, "\u202e".repeat(1000)]));
    const whole = line("The message stays.", wide);
    expect(whole.length).toBeLessThanOrEqual(logLineLengthMax);
    expect(parsed(whole)).toMatchObject({ message: "The message stays.", data: "[too long]" });
  });

  it("tells an error by its name, message and frames, and a refusal by its rule", () => {
    const error = new Error("It broke.", { cause: new TypeError("Deeper.") });
    const bug = parsed(line("Failed.", { error }))["data"] as { error: { stack: string[] } };
    expect(bug.error).toMatchObject({
      name: "Error",
      message: "It broke.",
      cause: { name: "TypeError", message: "Deeper." },
    });
    expect(bug.error.stack[0]).toMatch(/^at .*log\.test\.ts/);
    const refusal = new Refusal("invalid", "No.", { rule: "jwk", pointer: "/d", subject: "d" });
    expect(parsed(line("Refused.", { refusal }))["data"]).toEqual({
      refusal: { name: "Refusal", message: "No.", code: "invalid", rule: "jwk", pointer: "/d", subject: "d" },
    });
  });

  it.each([
    [
      "at f (file:///tmp/tmp.8D6b0VoQeW/x/main/src/exchange/contribute.ts:10:20)",
      "at f (src/exchange/contribute.ts:10:20)",
    ],
    ["at async /srv/serai/dist/exchange/contribute.js:10:20", "at async dist/exchange/contribute.js:10:20"],
    ["at processTicksAndRejections (node:internal/process/task_queues:105:5)", "the same"],
    ["at f (/main.ts:1:2)", "at f (/main.ts:1:2)"],
  ])("tells %s wherever the program lies", (frame, expected) => {
    const error = new Error("It broke.");
    error.stack = `Error: It broke.\n    ${frame}`;
    const { data } = parsed(line("Failed.", { error }));
    expect(data).toMatchObject({ error: { stack: [expected === "the same" ? frame : expected] } });
  });

  it("shows values of other kinds by what they are, and never bytes", () => {
    const values = { big: 1n, nan: Number.NaN, call: () => 1, bytes: new Uint8Array([1, 2, 3]), gone: undefined };
    expect(parsed(line("", values))["data"]).toEqual({ big: "1", nan: "NaN", call: "[function]", bytes: "[3 bytes]" });
  });
});

describe("redaction", () => {
  it("takes out our own tokens, assertions and keys, whole or cut, wherever they stand", async () => {
    for (const alg of ["ES256", "Ed25519"] as const) {
      const jwk = await generateKey(alg);
      const key = await importSigningKey(jwk);
      const grant = {
        issuer: "https://exchange.example",
        audience: "https://exchange.example/taxii2/exchange/",
        clientId: "KZ-analyst",
        state: "KZ",
        role: "analyst" as const,
        scopes: scopesOf("analyst"),
        jti: "1",
        now: at,
      };
      const { token } = await signAccessToken(key, grant);
      const assertion = await signAssertion(key, grant);
      const signature = token.split(".")[2] ?? "";
      for (const secret of [token, assertion, token.slice(0, 60), token.split(".")[1] ?? "", signature, jwk.d]) {
        for (const text of [
          secret,
          `Authorization: Bearer ${secret}`,
          `{"authorization":"Token ${secret}"}`,
          `GET /x?access_token=${secret}&a=b`,
          `client_assertion=${secret}`,
          `The token ${secret} was refused.`,
          `<${secret}>`,
        ]) {
          const clean = redact(text);
          expect(clean).toContain("[redacted]");
          for (const piece of [secret.slice(0, 12), secret.slice(-12), secret.slice(20, 32)])
            expect(clean).not.toContain(piece);
        }
        const whole = line(["Got ", secret, "."], {
          secret,
          nested: { value: [secret] },
          error: new Error(`No: ${secret}`),
        });
        expect(whole).not.toContain(secret.slice(0, 12));
        expect(whole).not.toContain(secret.slice(-12));
      }
    }
  });

  it("takes out 256 random bits in base64url, base64 and hexadecimal", () => {
    for (let seed = 0; seed < 2000; seed++) {
      const bytes = sha256(`key ${seed}`);
      for (const secret of [formatBase64url(bytes), formatBase64(bytes), formatHex(bytes)]) {
        expect(redact(`key ${secret} end`)).toBe("key [redacted] end");
        expect(redact(`/feeds/${secret}/x`)).not.toContain(secret.slice(8, 24));
      }
    }
  });

  it.each([
    ["Authorization: Basic dXNlcjpwYXNz", "dXNl"],
    ["authorization: whatever it is", "whatever"],
    ['{"Authorization":"Basic YTpi"}', "YTpi"],
    ["Cookie: __Host-session=abc; other=def", "abc"],
    ["Set-Cookie: a=b", "=b"],
    ["X-API-Key: short", "short"],
    ["basic dXNlcjpwYXNz", "dXNl"],
    ["DPoP abcDEF123", "abcDEF"],
    ["https://user:hunter2@exchange.example/", "hunter2"],
    ["?token=abcd&x=1", "abcd"],
    ["?api_key=abcd", "abcd"],
    ["password=hunter2", "hunter2"],
    ['{"client_secret":"hunter2"}', "hunter2"],
    ['{"kty":"OKP","d":"short"}', "short"],
    ["-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----", "MC4C"],
    ["-----BEGIN EC PRIVATE KEY-----\nMC4CAQAw", "MC4C"],
  ])("takes the secret out of %s", (text, secret) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain("[redacted]");
  });

  it.each([
    "The access token has expired.",
    "The access token is not signed with a key that is registered for it.",
    "This needs an access token: Authorization is missing.",
    "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
    "marking-definition--5E57C739-391A-4EB3-B6BE-7D15CA92D5ED",
    "/taxii2/exchange/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/objects/?limit=10&match[type]=indicator",
    "at commitDraftOfContributionWithEverything (file:///srv/serai/dist/exchange/contribute.js:10:20)",
    "2026-11-24T08:00:00.000001Z",
    "KZ-contributor",
    "token door",
    "Қазақстан",
  ])("leaves %s as it is", (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each([
    ["token", "x"],
    ["access_token", "x"],
    ["clientAssertion", "x"],
    ["client_secret", "x"],
    ["password", "x"],
    ["Cookie", "x"],
    ["Authorization", "x"],
    ["apiKey", "x"],
    ["privateKey", { kty: "EC" }],
    ["d", "x"],
    ["jwk", { kty: "EC" }],
  ])("takes out the value under the name %s", (name, value) => {
    expect(parsed(line("", { outer: { [name]: value } }))["data"]).toEqual({ outer: { [name]: "[redacted]" } });
  });

  it("leaves numbers and yes or no under such names", () => {
    expect(parsed(line("", { tokens: 3, tokenAccepted: false }))["data"]).toEqual({ tokens: 3, tokenAccepted: false });
  });

  it("does not save a secret by cutting it at the end of a text", async () => {
    const secret = formatBase64url(crypto.getRandomValues(new Uint8Array(64)));
    for (const before of [logTextLengthMax - 40, logTextLengthMax * 4 - 40]) {
      expect(line("x ".repeat(before / 2) + secret)).not.toContain(secret.slice(0, 12));
    }
  });

  it("takes time that grows no faster than the text", () => {
    const nasty = ["eyJ", "bearer ", "token=", "//a:", "-----BEGIN ", "Aa1", "authorization: ", '"d":"', "a_key", "- "];
    for (const piece of nasty) {
      const started = performance.now();
      redact(piece.repeat(100_000 / piece.length));
      // A hundred thousand characters take a few milliseconds; a quadratic pattern takes minutes.
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });
});

describe("the log", () => {
  afterEach(() => resetSync());

  it("writes lines where it is told, at the time it is given, from the level it is given", () => {
    const lines: string[] = [];
    openLog({ write: (text) => void lines.push(text), clock: () => at, lowestLevel: "info" });
    roomLogger("store").debug("Too fine.");
    roomLogger("store").warning("Slow: {micros} µs.", { micros: 12 });
    requestLogger("http", "req-0001").info("Served {path}.", { path: "/a\nb" });
    expect(lines.map((text) => parsed(text))).toEqual([
      {
        time: "2026-11-24T08:00:00.000001Z",
        level: "warning",
        logger: "serai.store",
        message: "Slow: 12 µs.",
        data: { micros: 12 },
      },
      {
        time: "2026-11-24T08:00:00.000001Z",
        level: "info",
        logger: "serai.http",
        request: "req-0001",
        message: "Served /a\nb.",
        data: { path: "/a\nb" },
      },
    ]);
  });

  it("is silent until it is opened, and has one output", () => {
    const [first, second]: [string[], string[]] = [[], []];
    roomLogger("http").error("Nobody hears this.");
    openLog({ write: (text) => void first.push(text), clock: () => at, lowestLevel: "info" });
    openLog({ write: (text) => void second.push(text), clock: () => at, lowestLevel: "info" });
    roomLogger("http").info("Once.");
    expect([first.length, second.length]).toEqual([0, 1]);
  });
});

describe("a request id", () => {
  it("is made of random bytes, is accepted again, and is not taken for a secret", () => {
    const id = formatRequestId(crypto.getRandomValues(new Uint8Array(12)));
    expect(id).toHaveLength(16);
    expect(parseRequestId(id)).toBe(id);
    expect(redact(id)).toBe(id);
  });

  it.each([
    null,
    undefined,
    "",
    "short",
    "with space",
    "line\nfeed-here",
    "a".repeat(65),
    "semi;colon-here",
    "идентификатор",
  ])("is not taken from outside as %j", (header) => {
    expect(parseRequestId(header)).toBeNull();
  });

  it("is taken from a proxy when it is a plain word", () => {
    expect(parseRequestId("4bf92f3577b34da6a3ce929d0e0e4736")).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
  });
});
