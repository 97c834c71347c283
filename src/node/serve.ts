// Serves an exchange on Node and drives what time does: due releases, the log. Stops gracefully: answers what it has taken,
// takes the last entries into the log, closes the books.
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type HttpBindings, serve, type ServerType } from "@hono/node-server";
import { createApp } from "../app.ts";
import { type Exchange } from "../exchange/exchange.ts";
import { integrate } from "../exchange/integrate.ts";
import { tickIfDue } from "../exchange/tick.ts";
import { forgetReplays } from "../store/log.ts";
import { noteAddress } from "../http/guard.ts";
import { answerError, faceOf } from "../http/answer.ts";
import { giveRoomBack } from "../http/page-room.ts";
import { Refusal } from "../refusal.ts";
import { roomLogger } from "../telemetry/log.ts";
import { addressReader } from "./address.ts";
import { type Opened, openNode } from "./open.ts";
import { type Settings, urlOf } from "./settings.ts";

/** How often the log takes entries in, in milliseconds: well within the promised merge delay. */
export const INTEGRATE_EVERY = 500;
/** How often identifiers of assertions that are over are forgotten, in microseconds. */
export const PRUNE_EVERY = 60_000_000;
/** How long a stop waits for answers under way, in milliseconds. */
export const STOP_WITHIN = 10_000;

export interface Served {
  readonly exchange: Exchange;
  readonly opened: Opened;
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** @throws {Refusal} invalid: TLS files that cannot be read · unavailable: the port is taken */
export async function serveNode(settings: Settings): Promise<Served> {
  const server = await listen(settings);
  // Address info of a TCP server that listens.
  const { port } = server.server.address() as AddressInfo;
  const { url, opened } = await open(settings, port, server.server);
  // Promises fall due while nobody serves: what was acknowledged before the last end is in the log before anybody is answered.
  // What keeps it out keeps nobody from being served; the clockwork meets it again, and tells.
  await integrate(opened.exchange).catch(() => {});
  const app = createApp(opened.exchange);
  const readAddress = addressReader(settings.trustedProxies);
  server.answer((request, bindings) => {
    const forwarded = request.headers.get("x-forwarded-for") ?? undefined;
    noteAddress(request, readAddress(bindings.incoming.socket.remoteAddress, forwarded));
    return roomGivenBack(app.fetch(request), bindings);
  });
  const clockwork = startClockwork(opened.exchange);
  return {
    exchange: opened.exchange,
    opened,
    url,
    port,
    async stop() {
      await close(server.server);
      await clockwork.stop();
      await opened.exchange.store.close();
    },
  };
}

/** The bytes of an answer have left when all of them are with the system. */
export async function roomGivenBack(
  answer: Response | Promise<Response>,
  { outgoing }: HttpBindings,
): Promise<Response> {
  const response = await answer;
  outgoing.once("finish", () => giveRoomBack(response));
  return response;
}

async function open(settings: Settings, port: number, server: ServerType): Promise<{ url: string; opened: Opened }> {
  try {
    const url = urlOf(settings, port);
    return { url, opened: await openNode(settings, url) };
  } catch (error) {
    // A start that cannot succeed ends: nothing goes on listening for an exchange that is not there.
    await close(server);
    throw error;
  }
}

/** What is answered before there are books: nothing of them, in the face of where it was asked. */
export function starting({ url, method }: Request): Response {
  const refusal = new Refusal("unavailable", "The exchange is starting; try again.");
  return answerError(refusal, faceOf(new URL(url).pathname), "", method);
}

type Answerer = (request: Request, bindings: HttpBindings) => Response | Promise<Response>;

/** Listens first, so that the port (0: any) is known before the exchange says its URL; answers 503 until it is ready. */
function listen(settings: Settings): Promise<{ server: ServerType; answer(answerer: Answerer): void }> {
  let current: Answerer = starting;
  const tls = settings.tls === null ? null : readTls(settings.tls);
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        // @hono/node-server passes the incoming message along.
        fetch: (request: Request, bindings: unknown) => current(request, bindings as HttpBindings),
        port: settings.port,
        hostname: settings.host,
        // Its own Response hands bytes on as they are; the platform's copies them and makes a stream of each.
        overrideGlobalObjects: true,
        ...(tls === null
          ? { createServer: createHttpServer }
          : { createServer: createHttpsServer, serverOptions: tls }),
      },
      () => resolve({ server, answer: (answerer) => (current = answerer) }),
    );
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        ["EADDRINUSE", "EACCES", "EADDRNOTAVAIL", "ENOTFOUND"].includes(error.code ?? "")
          ? new Refusal(
              "unavailable",
              `Port ${settings.port} of ${settings.host} cannot be listened on: ${error.code}. Set PORT or HOST to another one.`,
              { subject: "PORT", cause: error },
            )
          : error,
      ),
    );
  });
}

/** TLS 1.2 and 1.3; no early data, which Node does not offer to servers anyway. */
function readTls(files: NonNullable<Settings["tls"]>) {
  const read = (path: string, name: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new Refusal("invalid", `${name} cannot be read: ${path}.`, { subject: name, cause });
    }
  };
  return { cert: read(files.cert, "TLS_CERT"), key: read(files.key, "TLS_KEY"), minVersion: "TLSv1.2" } as const;
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), STOP_WITHIN);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
}

function startClockwork(exchange: Exchange): { stop(): Promise<void> } {
  let stopping = false;
  let pruned = 0;
  let wake: (() => void) | null = null;
  const turn = async (): Promise<void> => {
    while (await tickIfDue(exchange, await exchange.store.head())) if (stopping) break;
    await integrate(exchange);
    if (exchange.now() < pruned + PRUNE_EVERY) return;
    pruned = exchange.now();
    await exchange.store.keep(forgetReplays(exchange.store.engine, Math.floor(pruned / 1_000_000)));
  };
  const run = (async () => {
    for (;;) {
      try {
        await turn();
      } catch (error) {
        roomLogger("node").error("The clockwork failed; it goes on.", {
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      }
      if (stopping) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, INTEGRATE_EVERY);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return {
    async stop() {
      stopping = true;
      wake?.();
      await run;
    },
  };
}
