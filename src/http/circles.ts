// Circles on the exchange's own API: kept by the secretariat, known to their members.
import type { Hono } from "hono";
import { requireScope } from "../auth/scope.ts";
import { type Circle, parseCircleChange, parseCircleRegistration } from "../directory/circle.ts";
import type { JsonObject } from "../encoding/json.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { addCircle } from "../exchange/add-circle.ts";
import { changeCircle } from "../exchange/change-circle.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { listCircles } from "../exchange/list-circles.ts";
import { Refusal } from "../refusal.ts";
import { answerJson } from "./answer.ts";
import { readJson } from "./bodies.ts";
import { type Door, mount } from "./door.ts";

const rule = { face: "problem", caller: "required" } as const;

export function circles(app: Hono, exchange: Exchange): void {
  mount(app, exchange, "/v1/circles", rule, {
    async GET(door) {
      const found = listCircles(door.moment().directory, door.caller(), exchange.now());
      return answerJson({ circles: found.map(circleResource) });
    },
    async POST(door) {
      const who = door.caller();
      requireScope(who, "circles");
      const circle = await addCircle(exchange, who, parseCircleRegistration(await readJson(door.request)));
      return answerJson(circleResource(circle), 201);
    },
  });
  mount(app, exchange, "/v1/circles/:name/members", rule, {
    // Who the members are from now on.
    PUT: async (door) => change(exchange, door, (body) => Object.hasOwn(body, "members")),
    // Who joins and who leaves.
    POST: async (door) => change(exchange, door, (body) => !Object.hasOwn(body, "members")),
  });
}

async function change(exchange: Exchange, door: Door, isMeant: (body: JsonObject) => boolean): Promise<Response> {
  const who = door.caller();
  requireScope(who, "circles");
  const body = await readJson(door.request);
  if (!isMeant(body))
    throw new Refusal("invalid", "PUT takes members, the whole list; POST takes join and leave.", {
      pointer: "",
      rule: "circle-change",
    });
  return answerJson(circleResource(await changeCircle(exchange, who, door.parameter("name"), parseCircleChange(body))));
}

/** Every interval of each member: who was in it matters to who withheld from it. */
function circleResource({ name, description, members }: Circle) {
  return {
    name,
    description,
    members: [...members].flatMap(([state, intervals]) =>
      intervals.map(({ from, until }) => ({
        state,
        since: formatMicros(from),
        until: until === null ? null : formatMicros(until),
      })),
    ),
  };
}
