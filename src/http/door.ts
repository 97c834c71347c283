// A door: a path with its methods, the face that its errors have, and whether a caller must be known. What is the same at
// every door is here and nowhere else: authentication first, 405 with Allow, refusals entered and answered, bugs that say nothing.
import type { Context, Hono } from "hono";
import type { Caller } from "../auth/caller.ts";
import { protectedResourceMetadataUrl } from "../auth/metadata.ts";
import type { Exchange, Moment } from "../exchange/exchange.ts";
import { Refusal } from "../refusal.ts";
import { roomLogger } from "../telemetry/log.ts";
import { answerError, type Face } from "./answer.ts";
import { type Admitted, authenticate, enterRefusal } from "./guard.ts";

export interface Door {
  readonly request: Request;
  /** The query as it came, without `?`. */
  readonly query: string;
  /** The known caller. @throws {Refusal} unauthenticated where the door let an unknown one in */
  caller(): Caller;
  /** The books as they stood when the caller was let in. @throws {Refusal} as `caller` */
  moment(): Moment;
  /** A segment of the path, decoded. */
  parameter(name: string): string;
}

export type Method = "GET" | "POST" | "PUT" | "DELETE";
export type Handler = (door: Door) => Promise<Response>;

export interface Rule {
  readonly face: Face;
  readonly caller: "required" | "none";
}

/** Every door that was hung, for the matrix test: a route that is not in it fails the build. */
export interface Route {
  readonly path: string;
  readonly method: Method;
  readonly caller: Rule["caller"];
}

const routes = new WeakMap<Hono, Route[]>();

export function routesOf(app: Hono): readonly Route[] {
  return routes.get(app) ?? [];
}

/** Hangs a path with its methods; with and without its trailing slash. */
export function mount(
  app: Hono,
  exchange: Exchange,
  path: string,
  rule: Rule,
  handlers: { readonly [M in Method]?: Handler },
): void {
  const methods = (Object.keys(handlers) as Method[]).sort(); // the keys of a record of Method
  routes.set(app, [
    ...(routes.get(app) ?? []),
    ...methods.map((method): Route => ({ path, method, caller: rule.caller })),
  ]);
  const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].sort().join(", ");
  const answer = async (context: Context): Promise<Response> => {
    let admitted: Admitted | null = null;
    try {
      if (rule.caller === "required") admitted = await authenticate(exchange, context.req.raw);
      // HEAD is answered like GET; the runtime leaves the body out.
      const method = context.req.method === "HEAD" ? "GET" : context.req.method;
      const handler = methods.find((known) => known === method);
      const handle = handler === undefined ? undefined : handlers[handler];
      if (handle === undefined) throw new Refusal("method", `This path knows ${allow}.`, { subject: allow });
      return await handle(doorOf(context, admitted));
    } catch (error) {
      return refuse(exchange, context.req.raw, error, rule.face, admitted?.caller ?? null);
    }
  };
  app.all(path, answer);
  const other = path.endsWith("/") && path !== "/" ? path.slice(0, -1) : `${path}/`;
  app.all(other, answer);
}

/** The answer to an error, after it was entered. */
export async function refuse(
  exchange: Exchange,
  request: Request,
  error: unknown,
  face: Face,
  caller: Caller | null,
): Promise<Response> {
  let answered = error;
  try {
    await enterRefusal(exchange, request, error, caller);
  } catch (failure) {
    // A no that cannot be entered is not given either (nothing-unrecorded); the failure has the door's own face.
    answered = failure;
  }
  if (!(answered instanceof Refusal))
    roomLogger("http").error("A request failed.", { error: describe(answered), path: new URL(request.url).pathname });
  return answerError(answered, face, protectedResourceMetadataUrl(exchange.apiRoot), request.method);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function doorOf(context: Context, admitted: Admitted | null): Door {
  const known = (): Admitted => {
    if (admitted === null) throw new Refusal("unauthenticated", "This needs an access token.", { rule: "credential" });
    return admitted;
  };
  return {
    request: context.req.raw,
    query: queryOf(context.req.raw.url),
    caller: () => known().caller,
    moment: () => known().moment,
    parameter(name) {
      const value = context.req.param(name) ?? "";
      // NUL is in no name of ours, and PostgreSQL refuses it in a text: such a path leads nowhere.
      if (value.includes("\0")) throw new Refusal("not-found", "There is nothing here.");
      return value;
    },
  };
}

/** As `new URL(url).search` without its `?`, of a URL that is one already. */
function queryOf(url: string): string {
  const fragment = url.indexOf("#");
  const whole = fragment === -1 ? url : url.slice(0, fragment);
  const mark = whole.indexOf("?");
  return mark === -1 ? "" : whole.slice(mark + 1);
}
