// What the tests of TAXII's rows share: what every answer under an API root owes, walking pages, tokens with a part of the
// scopes, and the paths of one object.
import { expect } from "vitest";
import { signAccessToken } from "../../src/auth/access-token.ts";
import type { Scope } from "../../src/auth/scope.ts";
import { taxiiMediaType } from "../../src/taxii/media-type.ts";
import type { TestClient } from "../harness/exchange.ts";
import { type Answer, get, objectsPath, type Stage, text } from "./cast.ts";

export const microsecond = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
export const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const firstHeader = "x-taxii-date-added-first";
export const lastHeader = "x-taxii-date-added-last";
export const absentId = "indicator--ffffffff-ffff-4fff-8fff-ffffffffffff";
export const absentUuid = "ffffffff-ffff-4fff-8fff-ffffffffffff";
export const one = (id: string): string => `${objectsPath}${id}/`;
export const versionsOf = (id: string): string => `${objectsPath}${id}/versions/`;

/** Everything that an answer under an API root owes, whatever it says (A5, A8, A10, A.5). */
export function expectTaxii(answer: Answer, status: number): Answer {
  expect({ status: answer.status, type: answer.headers.get("content-type"), text: answer.text }).toEqual({
    status,
    type: taxiiMediaType,
    text: answer.text,
  });
  if (status >= 400) {
    expect(typeof answer.body["title"] === "string" && answer.body["title"] !== "").toBe(true);
    expect(answer.body["http_status"]).toBe(String(status));
  }
  expect(answer.text).not.toMatch(/\[\s*\]/);
  return answer;
}

export interface Walked {
  readonly answers: readonly Answer[];
  readonly items: readonly unknown[];
}

/** All pages of a list, by `next`. */
export async function walk(
  stage: Stage,
  as: TestClient,
  path: string,
  query: Readonly<Record<string, string>>,
  member: string,
): Promise<Walked> {
  const answers: Answer[] = [];
  const items: unknown[] = [];
  let next: string | null = null;
  do {
    const parameters = new URLSearchParams(next === null ? query : { ...query, next });
    const answer: Answer = expectTaxii(await get(stage.host, as, `${path}?${parameters}`), 200);
    answers.push(answer);
    const found: unknown = answer.body[member] ?? [];
    if (Array.isArray(found)) items.push(...(found as readonly unknown[]));
    next = answer.body["more"] === true ? text(answer.body, "next") : null;
    if (answers.length > 2_000) throw new TypeError("The pages do not end.");
  } while (next !== null);
  return { answers, items };
}

/** A token with only some of a role's scopes. */
export async function tokenWith(
  stage: Stage,
  client: TestClient,
  state: string,
  scopes: readonly Scope[],
): Promise<string> {
  const { exchange } = stage.host;
  const issued = await signAccessToken(exchange.keys.token, {
    issuer: exchange.url,
    audience: exchange.apiRoot,
    clientId: client.id,
    state,
    role: "contributor",
    scopes,
    jti: crypto.randomUUID(),
    now: exchange.now(),
  });
  return issued.token;
}
