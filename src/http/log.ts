// The log as C2SP tlog-tiles serves it: checkpoint, tiles, entry bundles; and consistency paths for who has no tiles at hand.
// For all member states; reading it leaves no entry.
import type { Hono } from "hono";
import { requireScope } from "../auth/scope.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { integrate } from "../exchange/integrate.ts";
import { checkpointNote, readTilePath } from "../exchange/log-reader.ts";
import { findReceipt } from "../exchange/receipts.ts";
import { answerJson, commonHeaders } from "./answer.ts";
import { type Door, mount } from "./door.ts";

export function log(app: Hono, exchange: Exchange): void {
  const rule = { face: "problem", caller: "required" } as const;
  mount(app, exchange, "/log/checkpoint", rule, {
    async GET(door) {
      requireScope(door.caller(), "log");
      return plain(await checkpointNote(exchange));
    },
  });
  mount(app, exchange, "/log/key", rule, {
    async GET(door) {
      requireScope(door.caller(), "log");
      return plain(`${exchange.keys.log.verifierKey}\n`);
    },
  });
  const tile = async (door: Door): Promise<Response> => {
    requireScope(door.caller(), "log");
    const { pathname } = new URL(door.request.url);
    // As it came: a tile's path has no character that needs an escape, and one path names one tile.
    const bytes = await readTilePath(exchange, pathname.slice("/log/".length));
    return new Response(bytes, { headers: { ...commonHeaders, "Content-Type": "application/octet-stream" } });
  };
  mount(app, exchange, "/log/tile/*", rule, { GET: tile });
  mount(app, exchange, "/v1/receipts/:status", rule, {
    async GET(door) {
      // Whoever asks for a proof is told the newest: what was acknowledged is taken in first.
      await integrate(exchange);
      return answerJson(await findReceipt(exchange, door.caller(), door.parameter("status")));
    },
  });
}

function plain(text: string): Response {
  return new Response(text, { headers: { ...commonHeaders, "Content-Type": "text/plain; charset=utf-8" } });
}
