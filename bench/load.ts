// The load generator, in a process of its own. Two ways: plain sockets for our own servers, since on shared cores a costlier
// generator lowers the ceiling, by a third with a general client, and so flatters whatever is divided by it; Node's client for
// any other server.
import { serveParent } from "./child.ts";
import { send } from "./client.ts";
import { drive } from "./sockets.ts";

export interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Load {
  readonly by: "sockets" | "client";
  /** http://host:port */
  readonly origin: string;
  readonly calls: readonly Call[];
  readonly connections: number;
  /** Ends after so many seconds; with `once`, earlier: when each call was made once. */
  readonly seconds: number;
  readonly once: boolean;
}

export interface Loaded {
  readonly answers: number;
  readonly seconds: number;
  readonly bodyBytes: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

serveParent(
  async (load: Load): Promise<Loaded> => (load.by === "sockets" ? drive(load) : send(load)),
  async () => {},
);
