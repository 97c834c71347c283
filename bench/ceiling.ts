// The ceiling: the same runtime, Hono on @hono/node-server, answering with the same bytes and headers from memory: no token, no
// entry, no database. What the exchange reaches of it is what its work costs.
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { serveParent } from "./child.ts";

/** Answers by number, cut from one file. */
export interface Prebuilt {
  readonly file: string;
  readonly lengths: readonly number[];
  readonly headers: readonly (readonly [string, string])[];
}

let bodies: readonly Uint8Array<ArrayBuffer>[] = [];
let headers: Record<string, string> = {};

const app = new Hono();
app.get("/:n", (context) => {
  const body = bodies[Number(context.req.param("n"))];
  return body === undefined ? new Response(null, { status: 404 }) : new Response(body, { headers });
});
const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
const listening = new Promise<void>((resolve) => server.once("listening", resolve));

function cut({ file, lengths }: Prebuilt): readonly Uint8Array<ArrayBuffer>[] {
  const bytes = new Uint8Array(readFileSync(file));
  let at = 0;
  return lengths.map((length) => bytes.slice(at, (at += length)));
}

serveParent(
  async (prebuilt: Prebuilt): Promise<number> => {
    bodies = cut(prebuilt);
    headers = Object.fromEntries(prebuilt.headers);
    await listening;
    return (server.address() as AddressInfo).port; // of a TCP server that listens
  },
  async () => void server.close(),
);
