// What a state asks of its own policy on the exchange's own API: who would have what and why, before and after, what another
// policy would change, and whether a claim about it holds. Nothing is changed by asking.
import type { Hono } from "hono";
import { requireScope } from "../auth/scope.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { explainEnvelope, explainObject } from "../exchange/explain.ts";
import { preview } from "../exchange/preview.ts";
import { provePolicy } from "../exchange/prove-policy.ts";
import { simulatePolicy } from "../exchange/simulate-policy.ts";
import { messagesIn } from "../messages/messages.ts";
import { formatWarning } from "../policy/check.ts";
import { formatClaim } from "../policy/claim.ts";
import { formatSentence } from "../policy/claim-sentence.ts";
import { formatAnswer } from "../policy/prove.ts";
import { Refusal } from "../refusal.ts";
import { answerJson } from "./answer.ts";
import { readJson, readPosted } from "./bodies.ts";
import { type Door, mount } from "./door.ts";
import { languageOf } from "./language.ts";

const rule = { face: "problem", caller: "required" } as const;

export function questions(app: Hono, exchange: Exchange): void {
  mount(app, exchange, "/v1/explain", rule, { POST: async (door) => postExplain(exchange, door) });
  mount(app, exchange, "/v1/preview", rule, {
    async POST(door) {
      const caller = door.caller();
      requireScope(caller, "explain");
      return answerJson(await preview(exchange, caller, await readPosted(door.request), languageOf(door)));
    },
  });
  mount(app, exchange, "/v1/objects/:id/audience", rule, {
    GET: async (door) =>
      answerJson(await explainObject(exchange, door.caller(), door.parameter("id"), languageOf(door))),
  });
  mount(app, exchange, "/v1/policy/simulate", rule, { POST: async (door) => postSimulation(exchange, door) });
  mount(app, exchange, "/v1/policy/prove", rule, { POST: async (door) => postClaim(exchange, door) });
}

async function postExplain(exchange: Exchange, door: Door): Promise<Response> {
  const caller = door.caller();
  requireScope(caller, "explain");
  return answerJson(await explainEnvelope(exchange, caller, await readPosted(door.request), languageOf(door)));
}

async function postSimulation(exchange: Exchange, door: Door): Promise<Response> {
  const caller = door.caller();
  requireScope(caller, "policy");
  const { objects, parties, warnings } = await simulatePolicy(exchange, caller, await readJson(door.request));
  const messages = messagesIn(languageOf(door));
  return answerJson({ objects, parties, warnings: warnings.map((warning) => formatWarning(warning, messages)) });
}

/** A claim, as a sentence or as JSON, about the policy in force or one that is given beside it. */
async function postClaim(exchange: Exchange, door: Door): Promise<Response> {
  const caller = door.caller();
  requireScope(caller, "policy");
  const { claim, policy, ...rest } = await readJson(door.request);
  const [other] = Object.keys(rest);
  if (other !== undefined)
    throw new Refusal("invalid", "The body holds a claim and, where it is not about the policy in force, a policy.", {
      pointer: `/${other}`,
      rule: "members",
    });
  if (claim === undefined)
    throw new Refusal("invalid", "A claim is a sentence, or a JSON object.", { pointer: "/claim", rule: "claim" });
  const proved = await provePolicy(exchange, caller, { claim, policy });
  return answerJson({
    claim: formatClaim(proved.claim),
    sentence: formatSentence(proved.claim),
    ...formatAnswer(proved.answer),
  });
}
