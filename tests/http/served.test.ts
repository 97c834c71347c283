// What only a connection shows: whole answers as bytes on a socket, bodies that nobody waits for, clients that give up.
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONTENT_LENGTH_MAX } from "../../src/taxii/envelope.ts";
import { taxiiMediaType } from "../../src/taxii/media-type.ts";
import { indicator, malware } from "../harness/objects.ts";
import { objectsPath, usual } from "./cast.ts";
import { openServed, type ServedStage } from "./served.ts";

let stage: ServedStage;
let writing: string;
let reading: string;
const hidden = malware(2, "amber");

beforeAll(async () => {
  stage = await openServed({ KZ: usual(["TR"]), TR: usual([]), UZ: usual([]) });
  writing = (await stage.client("KZ", "contributor").token()).access_token;
  reading = (await stage.client("UZ", "analyst").token()).access_token;
  const posted = await fetch(stage.url + objectsPath, {
    method: "POST",
    headers: { Authorization: `Bearer ${writing}`, "Content-Type": taxiiMediaType },
    body: JSON.stringify({ objects: [indicator(1, "green"), hidden] }),
  });
  expect(posted.status).toBe(202);
});
afterAll(() => stage.close());

/** Writes bytes to a socket and collects what comes back until the peer closes, or for so long. */
async function raw(
  head: string,
  body: (socket: Socket) => Promise<void> | void = () => {},
  withinMs = 5_000,
): Promise<string> {
  const socket = connect(stage.port, "127.0.0.1");
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(parts).toString("latin1"));
    };
    const timer = setTimeout(done, withinMs);
    socket.on("data", (part: Buffer) => parts.push(part));
    socket.on("close", done);
    // A reset after the answer is the peer's right; what was received counts.
    socket.on("error", done);
    socket.on("connect", () => {
      socket.write(head);
      Promise.resolve(body(socket)).catch(reject);
    });
  });
}

const head = (method: string, path: string, headers: Readonly<Record<string, string>>): string =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost:${stage.port}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

describe("on a socket", () => {
  it("hidden and absent are the same bytes but for the date", async () => {
    const get = (path: string): Promise<string> =>
      raw(head("GET", path, { Authorization: `Bearer ${reading}`, Connection: "close" }));
    const plain = (answer: string): string => answer.replace(/^date: .*$/im, "date: -");
    const absent = plain(await get(`${objectsPath}malware--ffffffff-ffff-4fff-8fff-ffffffffffff/`));
    expect(statusOf(absent)).toBe(404);
    expect(plain(await get(`${objectsPath}${hidden.id}/`))).toBe(absent);
    expect(plain(await get(`${objectsPath}${hidden.id}/versions/`))).toBe(absent);
    expect(absent).not.toMatch(/x-powered-by|^server:/im);
  });

  it("HEAD has the headers of GET and no body", async () => {
    for (const path of [objectsPath, `${objectsPath}${hidden.id}/`, "/taxii2/"]) {
      const answer = await raw(head("HEAD", path, { Authorization: `Bearer ${reading}`, Connection: "close" }));
      const [headers = "", body = ""] = answer.split("\r\n\r\n");
      expect(headers).toMatch(/content-type: application\/taxii\+json;version=2\.1/i);
      expect(body).toBe("");
    }
  });

  it("answers a stranger before its body came, and does not wait for it", async () => {
    const headers = {
      "Content-Type": taxiiMediaType,
      "Content-Length": String(CONTENT_LENGTH_MAX),
      Connection: "close",
    };
    const began = performance.now();
    const answer = await raw(head("POST", objectsPath, headers), () => {}, 3_000);
    expect(statusOf(answer)).toBe(401);
    expect(answer).toMatch(/www-authenticate: Bearer/i);
    expect(performance.now() - began).toBeLessThan(2_500);
  });

  // A client that goes on sending can lose the answer to the reset that follows it (RFC 9112 §9.6): tried again then.
  it(
    "answers 413 to a length past the limit at once, and to a chunked body when it passes it",
    { retry: 5 },
    async () => {
      const known = { Authorization: `Bearer ${writing}`, "Content-Type": taxiiMediaType, Connection: "close" };
      const told = await raw(
        head("POST", objectsPath, { ...known, "Content-Length": String(CONTENT_LENGTH_MAX + 1) }),
        () => {},
        3_000,
      );
      expect(statusOf(told)).toBe(413);
      const chunk = " ".repeat(65_536);
      const endless = await raw(
        head("POST", objectsPath, { ...known, "Transfer-Encoding": "chunked" }),
        async (socket) => {
          for (let sent = 0; sent < 2 * CONTENT_LENGTH_MAX && !socket.destroyed; sent += chunk.length) {
            if (!socket.write(`10000\r\n${chunk}\r\n`)) await new Promise((resolve) => setTimeout(resolve, 1));
          }
        },
      );
      expect(statusOf(endless)).toBe(413);
    },
  );

  it("serves the next request on a connection whose last body it refused", async () => {
    const small = JSON.stringify({ objects: [malware(3, "green")] });
    const refused =
      head("POST", objectsPath, { "Content-Type": taxiiMediaType, "Content-Length": String(small.length) }) + small;
    const next = head("GET", "/health", { Connection: "close" });
    const answer = await raw(refused + next);
    expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(["HTTP/1.1 401", "HTTP/1.1 200"]);
  });

  it("goes on when clients give up, in the middle of a body or before their answer", async () => {
    const known = { Authorization: `Bearer ${writing}`, "Content-Type": taxiiMediaType, "Content-Length": "100000" };
    await Promise.all(
      Array.from({ length: 20 }, () =>
        raw(head("POST", objectsPath, known), (socket) => {
          socket.write('{"objects":[');
          setTimeout(() => socket.destroy(), 20);
        }),
      ),
    );
    await Promise.all(
      Array.from({ length: 20 }, () =>
        raw(head("GET", objectsPath, { Authorization: `Bearer ${reading}` }), (socket) => void socket.destroySoon()),
      ),
    );
    const after = await fetch(`${stage.url}${objectsPath}`, { headers: { Authorization: `Bearer ${reading}` } });
    expect(after.status).toBe(200);
    expect(await after.text()).toContain(indicator(1, null).id);
  });

  it("a body that breaks off stores nothing", async () => {
    const body = JSON.stringify({ objects: [malware(4, "green")] });
    const known = {
      Authorization: `Bearer ${writing}`,
      "Content-Type": taxiiMediaType,
      "Content-Length": String(body.length + 1),
    };
    await raw(head("POST", objectsPath, known), (socket) => {
      socket.write(body);
      setTimeout(() => socket.destroy(), 50);
    });
    const found = await fetch(`${stage.url}${objectsPath}${malware(4, null).id}/`, {
      headers: { Authorization: `Bearer ${writing}` },
    });
    expect(found.status).toBe(404);
  });

  it("takes nothing from an untrusted X-Forwarded-For, and counts noes by the network of the socket", async () => {
    for (const forwarded of ["203.0.113.7", "10.0.0.1, 203.0.113.8", "KZ-contributor"])
      await fetch(`${stage.url}${objectsPath}`, {
        headers: { "X-Forwarded-For": forwarded, Forwarded: `for=${forwarded.split(",")[0] ?? ""}` },
      });
    const { journal } = stage.served.exchange.store;
    const { now } = stage.served.exchange;
    await journal.settleTallies(now() + 2 * 3_600_000_000);
    const rows = await journal.after(0, 10_000);
    const actors = rows
      .filter(({ fields }) => fields.includes('"refuse"'))
      .map(({ fields }) => (JSON.parse(fields) as { actor: string }).actor);
    expect(actors.filter((actor) => actor.startsWith("address"))).toEqual(["address 127.0.0.0/24"]);
  });

  it.each([
    ["a path without a slash before it", "GET x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
    [
      "an absolute URL of another host",
      "GET http://other.example/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ],
    ["no Host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"],
    ["a Host that is none", "GET /health HTTP/1.1\r\nHost: a b\\@c:99999\r\nConnection: close\r\n\r\n"],
    ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"],
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a head past its limit", `GET / HTTP/1.1\r\nHost: x\r\nA: ${"x".repeat(40_000)}\r\n\r\n`],
    ["no HTTP", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n"],
    ["a method of nobody's", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["TRACE", "TRACE /v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
    ["CONNECT", "CONNECT other.example:443 HTTP/1.1\r\nHost: other.example\r\n\r\n"],
    ["an upgrade", "GET /v1/me HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n"],
  ])("answers %s with a refusal or a closed connection, never with a failure", async (_, bytes) => {
    const answer = await raw(bytes, () => {}, 2_000);
    expect([0, 400, 401, 404, 405, 431]).toContain(statusOf(answer));
    expect((await fetch(`${stage.url}/health`)).status).toBe(200);
  });
});
