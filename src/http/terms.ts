// The terms on the exchange's own API: read by every member, set by the secretariat, signed by stewards.
import type { Hono } from "hono";
import { requireScope } from "../auth/scope.ts";
import { parseTerms } from "../directory/terms.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { findTerms } from "../exchange/find-terms.ts";
import { setTerms } from "../exchange/set-terms.ts";
import { signTermsAs } from "../exchange/sign-terms.ts";
import { Refusal } from "../refusal.ts";
import { answerJson } from "./answer.ts";
import { readJson, requireMembers } from "./bodies.ts";
import { mount } from "./door.ts";

const rule = { face: "problem", caller: "required" } as const;

export function terms(app: Hono, exchange: Exchange): void {
  mount(app, exchange, "/v1/terms", rule, {
    async GET(door) {
      const { version, since, digest, text, states } = await findTerms(exchange, door.moment(), door.caller());
      return answerJson({
        version,
        since: formatMicros(since),
        digest,
        text,
        states: states.map(({ state, signed, until, evidence }) => ({
          state,
          signed: signed === null ? null : formatMicros(signed.at),
          // 0: it never had time to.
          until: until === null || until === 0 ? null : formatMicros(until),
          ...(evidence === null ? {} : { evidence }),
        })),
      });
    },
    async PUT(door) {
      const who = door.caller();
      requireScope(who, "terms");
      const { version, since, digest } = await setTerms(exchange, who, parseTerms(await readJson(door.request)));
      return answerJson({ version, since: formatMicros(since), digest });
    },
  });
  mount(app, exchange, "/v1/terms/signature", rule, {
    async POST(door) {
      const who = door.caller();
      requireScope(who, "terms:sign");
      const body = await readJson(door.request);
      requireMembers(body, ["signature"]);
      const { signature } = body;
      if (typeof signature !== "string")
        throw new Refusal("invalid", "A signature is a compact JWS.", { pointer: "/signature", rule: "signature" });
      const { version, at } = await signTermsAs(exchange, who, signature);
      return answerJson({ state: who.state, version, signed: formatMicros(at) }, 201);
    },
  });
}
