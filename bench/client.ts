// The same load through Node's own HTTP client, for servers that we do not know: they may answer in chunks, over TLS, or close
// the connection after each answer. Costlier than sockets.ts, and so to the advantage of the slower side.
import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Call, Load, Loaded } from "./load.ts";
import { summary } from "./load-summary.ts";

const ANSWER_WITHIN = 60_000;

export async function send(load: Load): Promise<Loaded> {
  const secure = load.origin.startsWith("https:");
  const options = { keepAlive: true, maxSockets: load.connections };
  const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
  const from = performance.now();
  const end = from + load.seconds * 1000;
  const times: number[] = [];
  let bodyBytes = 0;
  const line = async (first: number): Promise<void> => {
    for (let place = first; performance.now() < end; place += load.connections) {
      const call = load.calls[load.once ? place : place % load.calls.length];
      if (call === undefined) return;
      const sent = performance.now();
      bodyBytes += await made(call, (path, init) =>
        secure
          ? httpsRequest(load.origin + path, { ...init, agent })
          : httpRequest(load.origin + path, { ...init, agent }),
      );
      times.push(performance.now() - sent);
    }
  };
  try {
    await Promise.all(Array.from({ length: load.connections }, (_, i) => line(i)));
  } finally {
    agent.destroy();
  }
  return summary(times, bodyBytes, from);
}

type Open = (path: string, init: { method: string; headers: Record<string, string | number> }) => ClientRequest;

/** Makes a call; once more where a kept connection was closed before it was used again. Bytes of the answer's body. */
async function made(call: Call, open: Open): Promise<number> {
  const bytes = Buffer.from(call.body ?? "");
  const headers = { ...call.headers, ...(call.body === undefined ? {} : { "Content-Length": bytes.length }) };
  for (;;) {
    const request = open(call.path, { method: call.method, headers });
    try {
      return await answered(request, bytes, call.path);
    } catch (error) {
      if (!(request.reusedSocket && (error as NodeJS.ErrnoException).code === "ECONNRESET")) throw error;
    }
  }
}

function answered(request: ClientRequest, body: Buffer, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request.setTimeout(ANSWER_WITHIN, () => request.destroy(new Error(`No answer for ${path}.`)));
    request.once("error", reject);
    request.once("response", (response: IncomingMessage) => {
      let count = 0;
      response.on("data", (chunk: Buffer) => (count += chunk.length));
      response.once("error", reject);
      response.once("end", () => {
        const { statusCode = 0 } = response;
        if (statusCode >= 200 && statusCode < 300) resolve(count);
        else reject(new Error(`${statusCode} for ${path}.`));
      });
    });
    request.end(body);
  });
}
