// What becomes of a contribution after it is in the books: recall, and what comes of it. JSON both ways; refusals are RFC 9457
// problem details.
import type { Hono } from "hono";
import { requireScope } from "../auth/scope.ts";
import type { JsonObject } from "../encoding/json.ts";
import { formatMicros, parseTimestamp, versionKey } from "../encoding/timestamp.ts";
import { type AnswerKind, answerRelease } from "../exchange/answer-release.ts";
import { approve } from "../exchange/approve.ts";
import { listDeliveries } from "../exchange/deliveries.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { recall } from "../exchange/recall.ts";
import { parseRecallReason } from "../exchange/recall-reasons.ts";
import { listHeld, reviewIntake } from "../exchange/review-intake.ts";
import { withdraw } from "../exchange/withdraw.ts";
import { Refusal } from "../refusal.ts";
import type { VersionsWanted } from "../store/page.ts";
import { answerJson } from "./answer.ts";
import { readJson, requireMembers, requireNothing } from "./bodies.ts";
import { type Door, mount } from "./door.ts";

const rule = { face: "problem", caller: "required" } as const;

export function life(app: Hono, exchange: Exchange): void {
  mount(app, exchange, "/v1/objects/:id/recall", rule, { POST: async (door) => postRecall(exchange, door) });
  for (const [path, kind] of [
    ["/v1/contributions/:id", "contribution"],
    ["/v1/policy/changes/:id", "policy"],
  ] as const) {
    mount(app, exchange, `${path}/approval`, rule, {
      async POST(door) {
        requireScope(door.caller(), "approve");
        await requireNothing(door.request);
        return answerJson(await approve(exchange, door.caller(), kind, door.parameter("id")));
      },
    });
    mount(app, exchange, `${path}/withdrawal`, rule, {
      async POST(door) {
        requireScope(door.caller(), "approve");
        await requireNothing(door.request);
        await withdraw(exchange, door.caller(), kind, door.parameter("id"));
        return answerJson({ id: door.parameter("id"), withdrawn: true });
      },
    });
  }
  for (const [path, kind] of [
    ["acknowledgement", "acknowledge"],
    ["attestation", "attest"],
  ] as const)
    mount(app, exchange, `/v1/objects/:id/${path}`, rule, {
      POST: async (door) => postAnswer(exchange, door, kind),
    });
  mount(app, exchange, "/v1/intake", rule, {
    GET: async (door) => answerJson({ held: await listHeld(exchange, door.caller()) }),
  });
  mount(app, exchange, "/v1/intake/:id", rule, { POST: async (door) => postIntake(exchange, door) });
  mount(app, exchange, "/v1/objects/:id/deliveries", rule, {
    async GET(door) {
      const id = door.parameter("id");
      return answerJson({ id, versions: await listDeliveries(exchange, door.caller(), id) });
    },
  });
}

async function postRecall(exchange: Exchange, door: Door): Promise<Response> {
  const caller = door.caller();
  requireScope(caller, "recall");
  const body = await readJson(door.request);
  requireMembers(body, ["reason", "version", "collection", "erase"]);
  const { erase = false } = body;
  if (typeof erase !== "boolean") throw new Refusal("invalid", "erase is true or false.", { pointer: "/erase" });
  const id = door.parameter("id");
  const reason = parseRecallReason(body["reason"]);
  const recalled = await recall(exchange, caller, {
    id,
    reason,
    erase,
    collection: optionalText(body, "collection"),
    versions: versionsIn(body),
  });
  return answerJson({ id, reason, recalled, erased: erase });
}

async function postIntake(exchange: Exchange, door: Door): Promise<Response> {
  const caller = door.caller();
  requireScope(caller, "intake");
  const body = await readJson(door.request);
  requireMembers(body, ["verdict"]);
  const { verdict } = body;
  if (verdict !== "take" && verdict !== "refuse")
    throw new Refusal("invalid", "The verdict is take or refuse.", { pointer: "/verdict" });
  const id = door.parameter("id");
  await reviewIntake(exchange, caller, id, verdict);
  return answerJson({ id, verdict });
}

async function postAnswer(exchange: Exchange, door: Door, kind: AnswerKind): Promise<Response> {
  const { id, versions, at } = await answerRelease(exchange, door.caller(), kind, door.parameter("id"));
  return answerJson({ id, versions, at: formatMicros(at) });
}

function optionalText(body: JsonObject, name: string): string | null {
  const value = body[name] ?? null;
  if (value !== null && typeof value !== "string")
    throw new Refusal("invalid", `${name} is a text.`, { pointer: `/${name}` });
  return value;
}

/** One version, or all where none is named. */
function versionsIn(body: JsonObject): VersionsWanted {
  const version = optionalText(body, "version");
  if (version === null) return { last: false, first: false, all: true, exact: [] };
  if (parseTimestamp(version) === null)
    throw new Refusal("invalid", "A version is named by its timestamp.", { pointer: "/version" });
  return { last: false, first: false, all: false, exact: [versionKey(version)] };
}
