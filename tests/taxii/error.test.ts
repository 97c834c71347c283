import { describe, expect, it } from "vitest";
import { Refusal, type RefusalCode } from "../../src/refusal.ts";
import {
  ERROR_DESCRIPTION_LENGTH_MAX,
  ERROR_DETAIL_LENGTH_MAX,
  errorMessage,
  formatTaxiiError,
  parseTaxiiError,
} from "../../src/taxii/error.ts";

const codes: readonly RefusalCode[] = [
  "malformed",
  "limit",
  "invalid",
  "unsupported",
  "media-type",
  "not-acceptable",
  "method",
  "unauthenticated",
  "forbidden",
  "invalid-client",
  "invalid-grant",
  "invalid-scope",
  "unsupported-grant",
  "invalid-request",
  "not-found",
  "conflict",
  "busy",
  "unavailable",
];

describe("errorMessage", () => {
  it("names what is wrong and where", () => {
    const refusal = new Refusal("malformed", "The parameter limit is empty.", {
      subject: "limit",
      rule: "taxii-filter",
    });
    expect(JSON.parse(formatTaxiiError(refusal, 400, "req-1"))).toEqual({
      title: "Malformed request",
      description: "The parameter limit is empty.",
      error_id: "req-1",
      error_code: "malformed",
      http_status: "400",
      details: { rule: "taxii-filter", subject: "limit" },
    });
  });

  it("points into what was sent", () => {
    const refusal = new Refusal("invalid", "No.", { pointer: "/objects/0" });
    expect(errorMessage(refusal, 422).details).toEqual({ pointer: "/objects/0" });
    expect(errorMessage(new Refusal("invalid", "No.", { pointer: "" }), 422).details).toEqual({ pointer: "" });
  });

  it("leaves out what is not there", () => {
    expect(formatTaxiiError(new Refusal("busy", "Later."), 503)).toBe(
      '{"title":"Busy","description":"Later.","error_code":"busy","http_status":"503"}',
    );
  });

  for (const code of codes) {
    it(`has a title for ${code}: a client fails without`, () => {
      expect(errorMessage(new Refusal(code, "No."), 400).title).toMatch(/^[A-Z][a-z ]+$/);
    });
  }

  it("writes the status as a string that equals it", () => {
    for (const status of [400, 401, 403, 404, 405, 406, 413, 415, 422, 503, 599]) {
      expect(errorMessage(new Refusal("invalid", "No."), status).http_status).toBe(String(status));
    }
    for (const status of [200, 302, 399, 600, 404.5, Number.NaN]) {
      expect(() => errorMessage(new Refusal("invalid", "No."), status)).toThrow(TypeError);
      expect(() => errorMessage(new Refusal("not-found", "No."), status)).toThrow(TypeError);
    }
  });

  it("gives the same bytes for what is hidden and what is absent", () => {
    const absent = new Refusal("not-found", "No collection has this id.", { subject: "collection" });
    const hidden = new Refusal("not-found", "KZ may not see indicator--1.", {
      subject: "indicator--1",
      pointer: "/objects/3",
      rule: "holder",
      cause: new Error("a hidden row"),
    });
    const bare = new Refusal("not-found", "");
    const bytes = [absent, hidden, bare].map((refusal, n) => formatTaxiiError(refusal, 404, `request-${n}`));
    expect(new Set(bytes).size).toBe(1);
    expect(bytes[0]).not.toMatch(/KZ|indicator|collection|request/);
  });

  it("never tells the cause of a refusal", () => {
    const refusal = new Refusal("invalid", "No.", { cause: new Error("a secret of the inside") });
    expect(formatTaxiiError(refusal, 422, "e")).not.toContain("secret");
  });

  it("cuts what is too long", () => {
    const refusal = new Refusal("invalid", "d".repeat(5_000), {
      subject: "s".repeat(5_000),
      pointer: "\ud83d".repeat(5_000),
    });
    const message = errorMessage(refusal, 422);
    expect(message.description).toHaveLength(ERROR_DESCRIPTION_LENGTH_MAX);
    expect(message.details?.["subject"]).toHaveLength(ERROR_DETAIL_LENGTH_MAX);
    expect(formatTaxiiError(refusal, 422).isWellFormed()).toBe(true);
    expect(formatTaxiiError(refusal, 422)).not.toMatch(/\\ud83d/i);
  });
});

describe("parseTaxiiError", () => {
  it("reads what formatTaxiiError writes", () => {
    const refusal = new Refusal("invalid", "No.", { pointer: "/a", rule: "r", subject: "s" });
    expect(parseTaxiiError(formatTaxiiError(refusal, 422, "e"))).toEqual(errorMessage(refusal, 422, "e"));
  });

  it("tells another server's error without a title by what there is", () => {
    expect(parseTaxiiError('{"description":"Bad","http_status":400}')).toMatchObject({
      title: "Bad",
      http_status: undefined,
    });
    expect(parseTaxiiError('{"error_code":"E1"}')).toMatchObject({ title: "E1" });
  });

  for (const body of [
    "",
    "<!doctype html><title>401</title>",
    "[]",
    "null",
    '"no"',
    "{}",
    '{"title":1}',
    '{"a":1,"a":2}',
  ]) {
    it(`finds no error message in ${JSON.stringify(body)}`, () => expect(parseTaxiiError(body)).toBeNull());
  }
});
