// The Worker's entry (Cloudflare Workers, module syntax): serves the app to requests and drives what time does. Settings:
// EXCHANGE_URL, EXCHANGE_TITLE, the secrets SERAI_KEYS and SECRETARIAT_JWK, and the D1 binding DB (wrangler.toml).
import { answerError } from "../http/answer.ts";
import { noteAddress } from "../http/guard.ts";
import { Refusal } from "../refusal.ts";
import { openLog, roomLogger } from "../telemetry/log.ts";
import { now } from "./clock.ts";
import { openEdge, type OpenedEdge } from "./open.ts";
import type { EdgeEnvironment } from "./settings.ts";
import { type Lifetime, Share } from "./share.ts";

let share: Share<Promise<OpenedEdge>> | null = null;

/** The share that a request joins. One that did not open is left, and the next request tries again. */
function joinShare(env: EdgeEnvironment): Share<Promise<OpenedEdge>> {
  if (share?.isOpen(Date.now())) return share;
  const fresh = new Share(openEdge(env));
  share = fresh;
  fresh.value.catch(() => {
    if (share === fresh) share = null;
  });
  return fresh;
}

async function answer(request: Request, env: EdgeEnvironment, lifetime: Lifetime): Promise<Response> {
  const joined = joinShare(env);
  return joined.join(Date.now(), lifetime, async (opening) => {
    let opened: OpenedEdge;
    try {
      opened = await opening;
    } catch (error) {
      logFailure("The exchange cannot be opened.", error);
      return answerError(notReady(error), "problem", "", request.method);
    }
    // Cloudflare sets it, whatever a client sends.
    noteAddress(request, request.headers.get("CF-Connecting-IP") ?? "unknown");
    const response = await opened.app.fetch(request);
    const { clockwork } = opened;
    if (isWrite(request)) void inBackground(joined, lifetime, () => clockwork.afterWrite());
    else if (clockwork.isReadDue()) void inBackground(joined, lifetime, () => clockwork.afterRead());
    return response;
  });
}

const isWrite = (request: Request): boolean => request.method !== "GET" && request.method !== "HEAD";

/** Work that no answer waits for; what it fails with is logged. */
async function inBackground(
  joined: Share<Promise<OpenedEdge>>,
  lifetime: Lifetime,
  work: (opened: OpenedEdge) => Promise<void>,
): Promise<void> {
  try {
    await joined.join(Date.now(), lifetime, async (opening) => work(await opening));
  } catch (error) {
    logFailure("The clockwork failed; it goes on.", error);
  }
}

/** A bad setting is named to whoever asks: it is the operator who must find it, and the name is no secret. */
function notReady(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const { subject, message } = error;
  return new Refusal("unavailable", `The exchange is not set up. ${message}`, {
    ...(subject === undefined ? {} : { subject }),
    cause: error,
  });
}

function logFailure(message: string, error: unknown): void {
  roomLogger("edge").error(message, { error });
}

openLog({ write: (line) => console.log(line), clock: now, lowestLevel: "info" });

// Workers take their handlers from the default export; nothing else in the project has one.
export default {
  fetch: answer,
  scheduled: (_event: unknown, env: EdgeEnvironment, lifetime: Lifetime): Promise<void> =>
    inBackground(joinShare(env), lifetime, ({ clockwork }) => clockwork.everyMinute()),
};
