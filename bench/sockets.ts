// HTTP/1.1 over plain sockets, for servers that say the length of each answer and keep their connections. Costs a fifth of what
// a general client does. Any answer other than 2xx ends the load with an error: a fast no is no figure.
import { connect } from "node:net";
import { summary } from "./load-summary.ts";
import type { Call, Load, Loaded } from "./load.ts";

const READ_BYTES = 262_144;

export async function drive(load: Load): Promise<Loaded> {
  const { hostname, port } = new URL(load.origin);
  const requests = load.calls.map((call) => formatCall(call, `${hostname}:${port}`));
  const from = performance.now();
  const end = from + load.seconds * 1000;
  const times: number[] = [];
  let bodyBytes = 0;
  const line = (first: number): Promise<void> =>
    new Promise((resolve, reject) => {
      let place = first;
      let sent = 0;
      const socket = connect({
        host: hostname,
        port: Number(port),
        noDelay: true,
        onread: {
          buffer: Buffer.allocUnsafe(READ_BYTES),
          callback: (count, bytes) => {
            // The buffer that was given above.
            const done = answer.take(bytes as Buffer, count);
            if (done === null) return true;
            bodyBytes += done.bodyBytes;
            if (done.status < 200 || done.status > 299) {
              socket.destroy();
              reject(
                new Error(`${done.status} for ${load.calls[place - load.connections]?.path ?? ""}: ${done.start}`),
              );
              return false;
            }
            times.push(performance.now() - sent);
            send();
            return true;
          },
        },
      });
      const answer = new Answer();
      const send = (): void => {
        const request = requests[load.once ? place : place % requests.length];
        place += load.connections;
        sent = performance.now();
        if (request === undefined || sent >= end) {
          socket.destroy();
          resolve();
        } else socket.write(request);
      };
      socket.once("connect", send);
      socket.once("error", reject);
      socket.once("end", () => reject(new Error("The server closed a connection.")));
    });
  await Promise.all(Array.from({ length: load.connections }, (_, i) => line(i)));
  return summary(times, bodyBytes, from);
}

function formatCall({ method, path, headers, body }: Call, host: string): Buffer {
  const bytes = Buffer.from(body ?? "");
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push(`Content-Length: ${bytes.length}`);
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), bytes]);
}

/** One answer as it comes in. */
class Answer {
  #left = -1;
  #status = 0;
  #bodyBytes = 0;
  #start = "";

  /** The answer when it is complete, null before. */
  take(bytes: Buffer, count: number): { status: number; bodyBytes: number; start: string } | null {
    if (this.#left >= 0) this.#left -= count;
    else {
      const end = bytes.indexOf("\r\n\r\n");
      if (end === -1 || end >= count) throw new Error("The head of an answer came in parts.");
      const head = bytes.toString("latin1", 0, end);
      this.#status = Number(head.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length));
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      if (length === undefined) throw new Error("An answer without its length.");
      this.#bodyBytes = Number(length);
      this.#start = bytes.toString("utf8", end + 4, Math.min(count, end + 304));
      this.#left = this.#bodyBytes - (count - end - 4);
    }
    if (this.#left > 0) return null;
    if (this.#left < 0) throw new Error("More came than was asked for.");
    this.#left = -1;
    return { status: this.#status, bodyBytes: this.#bodyBytes, start: this.#start };
  }
}
