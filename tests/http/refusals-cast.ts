// What the tests of refusals share: a refusal is sent for, and its answer, the books and the entry are held against what a
// refusal owes; and a body that tells whether it was read.
import { expect } from "vitest";
import { formatCanonical } from "../../src/encoding/canonical-json.ts";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { RefusalCode } from "../../src/refusal.ts";
import type { TableName } from "../../src/store/tables.ts";
import { taxiiMediaType } from "../../src/taxii/media-type.ts";
import type { TestClient } from "../harness/exchange.ts";
import { type Answer, type Ask, ask, codeOf, type Stage, text } from "./cast.ts";

const tables = [
  "turn",
  "party",
  "membership",
  "identity",
  "client",
  "policy",
  "collection",
  "contribution",
  "object",
  "rendition",
  "release",
  "ended",
  "waiting",
  "due",
  "status",
  "replay",
] as const satisfies readonly TableName[];

/** Everything in the books that an act could change. */
export async function booksOf({ engine }: Stage): Promise<string> {
  const counts = await Promise.all(
    tables.map(async (table) => {
      const row = await engine.read
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as("n"))
        .executeTakeFirst();
      return [table, row?.n];
    }),
  );
  return JSON.stringify([await engine.head(), counts]);
}

/** What was counted, in hours that go on and in those that became entries. */
async function tallies({ engine }: Stage): Promise<ReadonlyMap<string, number>> {
  const rows = await engine.read.selectFrom("tally").select(["subject", "count"]).execute();
  const entered = await engine.read.selectFrom("journal").select("fields").execute();
  const sums = new Map<string, number>();
  const add = (subject: JsonObject, count: number): void => {
    const key = formatCanonical(subject);
    sums.set(key, (sums.get(key) ?? 0) + count);
  };
  for (const { subject, count } of rows) add(JSON.parse(subject) as JsonObject, count); // written by fieldsText
  for (const { fields } of entered) {
    const { count, ...subject } = JSON.parse(fields) as JsonObject; // as above
    if (subject["kind"] === "refuse" || subject["kind"] === "token") add(subject, Number(count));
  }
  return sums;
}

export interface Expected {
  readonly status: number;
  readonly code: RefusalCode;
  /** Where the entry says who was refused; null: nobody known. */
  readonly who?: TestClient | null;
  readonly face?: "taxii" | "problem" | "oauth";
}

/** Sends, and holds the answer and the books against what a refusal owes. */
export async function refused(
  stage: Stage,
  request: Ask,
  { status, code, who = request.as ?? null, face }: Expected,
): Promise<Answer> {
  // Tokens are asked for first, so that their own counts are not in the way.
  await request.as?.token();
  const before = [await booksOf(stage), await tallies(stage)] as const;
  const answer = await ask(stage.host.app, request);
  const named = { request: `${request.method ?? "GET"} ${request.path.slice(0, 120)}` };
  expect({ ...named, status: answer.status, text: answer.text.slice(0, 500) }).toEqual({
    ...named,
    status,
    text: answer.text.slice(0, 500),
  });
  expectFace(answer, face ?? (/^\/(?:api|taxii2)\b/.test(request.path) ? "taxii" : "problem"), status, code);
  expect(await booksOf(stage)).toBe(before[0]);
  const after = await tallies(stage);
  const grown = [...after].filter(
    ([subject, count]) => subject.includes('"refuse"') && count !== (before[1].get(subject) ?? 0),
  );
  expect(grown).toHaveLength(1);
  const [[subject, count] = ["", 0]] = grown;
  expect(count).toBe((before[1].get(subject) ?? 0) + 1);
  expect(JSON.parse(subject)).toMatchObject({
    kind: "refuse",
    outcome: code,
    actor: who === null ? "address unknown" : who.id,
  });
  return answer;
}

function expectFace(answer: Answer, face: "taxii" | "problem" | "oauth", status: number, code: RefusalCode): void {
  const { body, headers } = answer;
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  if (status === 401) expect(headers.get("www-authenticate")).toMatch(/^Bearer resource_metadata="/);
  if (face === "taxii") {
    expect(headers.get("content-type")).toBe(taxiiMediaType);
    expect(text(body, "title")).not.toBe("");
    expect(body["http_status"]).toBe(String(status));
    expect(codeOf(answer)).toBe(code);
  } else if (face === "problem") {
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(text(body, "title")).not.toBe("");
    expect(body["status"]).toBe(status);
    expect(text(body, "detail")).not.toBe("");
    expect(codeOf(answer)).toBe(code);
  } else {
    expect(headers.get("content-type")).toBe("application/json");
    expect(Object.keys(body).toSorted()).toEqual(["error", "error_description"]);
  }
}

/** A body that tells how often it was read. It has no end: whoever reads it whole never comes back. */
export function untouched(chunk = 1024) {
  let reads = 0;
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        reads += 1;
        controller.enqueue(new Uint8Array(chunk).fill(0x20));
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, reads: () => reads, cancelled: () => cancelled };
}

export const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));
