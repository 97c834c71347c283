// Hangs every door on one app. What no door knows is answered in the face of its surroundings, after the caller is known:
// an unknown path tells a stranger no more than a known one.
import { Hono } from "hono";
import type { Caller } from "./auth/caller.ts";
import type { Exchange } from "./exchange/exchange.ts";
import { api } from "./http/api.ts";
import { circles } from "./http/circles.ts";
import { faceOf } from "./http/answer.ts";
import { refuse } from "./http/door.ts";
import { authenticate } from "./http/guard.ts";
import { health } from "./http/health.ts";
import { life } from "./http/life.ts";
import { log } from "./http/log.ts";
import { oauth } from "./http/oauth.ts";
import { questions } from "./http/questions.ts";
import { taxii } from "./http/taxii.ts";
import { terms } from "./http/terms.ts";
import { Refusal } from "./refusal.ts";

export function createApp(exchange: Exchange): Hono {
  const app = new Hono();
  taxii(app, exchange);
  oauth(app, exchange);
  log(app, exchange);
  api(app, exchange);
  life(app, exchange);
  questions(app, exchange);
  circles(app, exchange);
  terms(app, exchange);
  health(app, exchange);
  app.notFound(async (context) => {
    let caller: Caller | null = null;
    let error: unknown = new Refusal("not-found", "There is nothing here.");
    try {
      ({ caller } = await authenticate(exchange, context.req.raw));
    } catch (refusal) {
      error = refusal;
    }
    return refuse(exchange, context.req.raw, error, faceOf(context.req.path), caller);
  });
  app.onError((error, context) => refuse(exchange, context.req.raw, error, "problem", null));
  return app;
}
