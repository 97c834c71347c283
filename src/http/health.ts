// Whether the exchange serves: the books can be read. For load balancers; says nothing else.
import type { Hono } from "hono";
import type { Exchange } from "../exchange/exchange.ts";
import { answerJson } from "./answer.ts";
import { mount } from "./door.ts";

export function health(app: Hono, exchange: Exchange): void {
  mount(
    app,
    exchange,
    "/health",
    { face: "problem", caller: "none" },
    {
      async GET() {
        await exchange.store.head();
        return answerJson({ status: "ok" });
      },
    },
  );
}
