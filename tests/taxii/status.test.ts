import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isObject } from "../../src/encoding/json.ts";
import {
  type Outcome,
  STATUS_ID_LENGTH_MAX,
  STATUS_MESSAGE_LENGTH_MAX,
  STATUS_VERSION_LENGTH_MAX,
  formatStatus,
  parseStatus,
  statusOf,
} from "../../src/taxii/status.ts";
import { refusalOf } from "./refusing.ts";

const id = "2d086da7-4bdc-4f91-900e-d77486753710";
const requestedAt = 1_478_090_074_123_450;
const outcomes: readonly Outcome[] = [
  { result: "success", id: "indicator--c410e480-e42b-47d1-9476-85307c12bcbf", version: "2018-05-27T12:02:41.312Z" },
  {
    result: "failure",
    id: "malware--664fa29d-bf65-4f28-a667-bdb76f29ec98",
    version: "2018-05-28T14:03:42.543Z",
    message: "Unable to process object",
  },
  { result: "pending", id: "indicator--252c7c11-daf2-42bd-843b-be65edca9f61", version: "2018-05-18T20:16:21.148Z" },
  { result: "pending", id: "relationship--045585ad-a22f-4333-af33-bfd503a683b5", version: "2018-05-15T10:13:32.579Z" },
];

const outcome: fc.Arbitrary<Outcome> = fc.record({
  result: fc.constantFrom("success", "failure", "pending"),
  id: fc.string({ minLength: 1, maxLength: 400 }),
  version: fc.option(fc.string({ minLength: 1, maxLength: 100 })),
  message: fc.option(fc.string({ unit: "binary", maxLength: 700 }), { nil: undefined }),
});

describe("statusOf", () => {
  it("gives the standard's example for its outcomes", () => {
    const status = JSON.parse(formatStatus(statusOf({ id, requestedAt, outcomes })));
    expect(status).toEqual({
      id,
      status: "pending",
      request_timestamp: "2016-11-02T12:34:34.123450Z",
      total_count: 4,
      success_count: 1,
      successes: [{ id: "indicator--c410e480-e42b-47d1-9476-85307c12bcbf", version: "2018-05-27T12:02:41.312Z" }],
      failure_count: 1,
      failures: [
        {
          id: "malware--664fa29d-bf65-4f28-a667-bdb76f29ec98",
          version: "2018-05-28T14:03:42.543Z",
          message: "Unable to process object",
        },
      ],
      pending_count: 2,
      pendings: [
        { id: "indicator--252c7c11-daf2-42bd-843b-be65edca9f61", version: "2018-05-18T20:16:21.148Z" },
        { id: "relationship--045585ad-a22f-4333-af33-bfd503a683b5", version: "2018-05-15T10:13:32.579Z" },
      ],
    });
  });

  it("is complete when nothing is pending", () => {
    const done = outcomes.filter(({ result }) => result !== "pending");
    expect(statusOf({ id, requestedAt, outcomes: done }).status).toBe("complete");
    expect(statusOf({ id, requestedAt, outcomes }).status).toBe("pending");
  });

  it("lists what has no version under the time of the request", () => {
    const unversioned: Outcome = { result: "failure", id: "/objects/0", version: null, message: "not an object" };
    const [failure] = statusOf({ id, requestedAt, outcomes: [unversioned] }).failures;
    expect(failure?.version).toBe("2016-11-02T12:34:34.123450Z");
  });

  it("cuts what is too long without halving a character", () => {
    const long: Outcome = {
      result: "failure",
      id: "i".repeat(STATUS_ID_LENGTH_MAX + 1),
      version: "v".repeat(STATUS_VERSION_LENGTH_MAX + 1),
      message: `${"m".repeat(STATUS_MESSAGE_LENGTH_MAX - 2)}\u{1f512}\u{1f512}`,
    };
    const [failure] = statusOf({ id, requestedAt, outcomes: [long] }).failures;
    expect(failure?.id).toBe(`${"i".repeat(STATUS_ID_LENGTH_MAX - 1)}…`);
    expect(failure?.version).toHaveLength(STATUS_VERSION_LENGTH_MAX);
    expect(failure?.message).toHaveLength(STATUS_MESSAGE_LENGTH_MAX);
    expect(failure?.message?.isWellFormed()).toBe(true);
  });

  it("keeps whole a STIX id of the greatest length", () => {
    const longest = `${"x".repeat(250)}--c410e480-e42b-47d1-9476-85307c12bcbf`;
    expect(longest).toHaveLength(STATUS_ID_LENGTH_MAX);
    expect(
      statusOf({ id, requestedAt, outcomes: [{ result: "success", id: longest, version: null }] }).successes[0]?.id,
    ).toBe(longest);
  });

  it("carries the receipt as a custom property", () => {
    const text = formatStatus(statusOf({ id, requestedAt, outcomes, receipt: "receipt-1" }));
    expect(JSON.parse(text)).toMatchObject({ x_serai_receipt: "receipt-1" });
    expect(parseStatus(text).x_serai_receipt).toBe("receipt-1");
  });

  it("adds up and matches its lists, whatever the outcomes", () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 30 }), (drawn) => {
        const status = statusOf({ id, requestedAt, outcomes: drawn });
        expect(status.total_count).toBe(drawn.length);
        expect(status.success_count + status.failure_count + status.pending_count).toBe(drawn.length);
        expect(status.successes).toHaveLength(status.success_count);
        expect(status.failures).toHaveLength(status.failure_count);
        expect(status.pendings).toHaveLength(status.pending_count);
      }),
    );
  });
});

describe("parseStatus", () => {
  it("reads back what formatStatus writes, whatever the outcomes", () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 30 }), (drawn) => {
        const status = statusOf({ id, requestedAt, outcomes: drawn, receipt: "r" });
        expect(parseStatus(formatStatus(status))).toEqual(status);
      }),
    );
  });

  it("reads the standard's example of §5.5, which leaves out a version and two lists", () => {
    const status = parseStatus(
      JSON.stringify({
        id,
        status: "pending",
        request_timestamp: "2016-11-02T12:34:34.12345Z",
        total_count: 4,
        success_count: 1,
        successes: [{ id: "indicator--c410e480-e42b-47d1-9476-85307c12bcbf" }],
        failure_count: 0,
        pending_count: 3,
      }),
    );
    expect(status).toMatchObject({ request_timestamp: requestedAt, pending_count: 3, pendings: [], failures: [] });
  });

  it("reads a status that has its counts and none of its lists", () => {
    const counts = { total_count: 6, success_count: 1, failure_count: 2, pending_count: 3 };
    expect(parseStatus(JSON.stringify({ id, status: "pending", ...counts }))).toMatchObject({
      ...counts,
      successes: [],
      failures: [],
      pendings: [],
    });
  });

  const good = statusOf({ id, requestedAt, outcomes });
  const text: unknown = JSON.parse(formatStatus(good));
  const refused: readonly (readonly [why: string, change: object, pointer: string])[] = [
    ["without an id", { id: undefined }, "/id"],
    ["with an id of UUID version 1", { id: "2d086da7-4bdc-1f91-900e-d77486753710" }, "/id"],
    ["with another word for its state", { status: "done" }, "/status"],
    ["without a state", { status: undefined }, "/status"],
    ["that is complete with something pending", { status: "complete" }, "/status"],
    ["with a time that is none", { request_timestamp: "yesterday" }, "/request_timestamp"],
    ["without a total", { total_count: undefined }, "/total_count"],
    ["with a total that is not the sum", { total_count: 5 }, "/total_count"],
    ["with a count below 0", { success_count: -1, total_count: 2 }, "/success_count"],
    ["with a count that is no whole number", { failure_count: 0.5 }, "/failure_count"],
    ["with a count in a string", { pending_count: "2" }, "/pending_count"],
    ["with a list longer than its count", { success_count: 0, total_count: 3 }, "/success_count"],
    ["with a list shorter than its count", { failure_count: 2, total_count: 5 }, "/failure_count"],
    ["with pendings that do not match", { pending_count: 3, total_count: 5 }, "/pending_count"],
    ["with a list that is none", { failures: {} }, "/failures"],
    ["with an item that is no object", { failures: ["malware"] }, "/failures/0"],
    ["with an item without an id", { failures: [{ version: "2018-05-28T14:03:42.543Z" }] }, "/failures/0/id"],
    ["with a message that is no string", { failures: [{ id: "x", message: 1 }] }, "/failures/0/message"],
    ["with a receipt that is no string", { x_serai_receipt: {} }, "/x_serai_receipt"],
  ];
  for (const [why, change, pointer] of refused) {
    it(`refuses a status ${why}`, () => {
      if (!isObject(text)) throw new Error("A status is an object.");
      const refusal = refusalOf(() => parseStatus(JSON.stringify({ ...text, ...change })));
      expect(refusal).toMatchObject({ code: "malformed", pointer });
    });
  }
});

describe("formatStatus", () => {
  const good = statusOf({ id, requestedAt, outcomes });

  it("leaves out empty lists and keeps the counts of 0", () => {
    const text = formatStatus(statusOf({ id, requestedAt, outcomes: [] }));
    expect(text).toBe(
      `{"id":"${id}","status":"complete","request_timestamp":"2016-11-02T12:34:34.123450Z","total_count":0,"success_count":0,"failure_count":0,"pending_count":0}`,
    );
  });

  it("does not write what taxii2-client would refuse", () => {
    expect(() => formatStatus({ ...good, total_count: 5 })).toThrow(TypeError);
    expect(() => formatStatus({ ...good, success_count: 2, total_count: 5 })).toThrow(TypeError);
    expect(() => formatStatus({ ...good, status: "complete" })).toThrow(TypeError);
    expect(() => formatStatus({ ...good, id: "status-1" })).toThrow(TypeError);
  });
});
