// Room that is used again: never while an answer is still under way, however slowly it is read or however early it breaks off.
// Served by a real server with slow readers, since only sockets show when bytes have left.
import { connect, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { type HttpBindings, serve } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { giveRoomBack, lendRoom, ROOM_BYTES_MAX, takeRoom } from "../../src/http/page-room.ts";
import { roomGivenBack } from "../../src/node/serve.ts";

const BYTES = 900_000;
const SLOW_ANSWERS = 16;

describe("a room", () => {
  it("is taken again after it was given back, and not before", () => {
    const first = takeRoom(100_000);
    const answer = lendRoom(new Response(null), first);
    expect(takeRoom(100_000).buffer).not.toBe(first.buffer);
    giveRoomBack(answer);
    const again = takeRoom(90_000);
    expect(again.buffer).toBe(first.buffer);
    expect(again.length).toBe(90_000);
    // Twice given back it would be lent to two answers.
    giveRoomBack(answer);
    expect(takeRoom(90_000).buffer).not.toBe(first.buffer);
  });

  it("is none of the pool's where it is very small, very large, or somebody else's", () => {
    for (const bytes of [0, 2, ROOM_BYTES_MAX + 1]) {
      const own = takeRoom(bytes);
      expect(own.length).toBe(bytes);
      const answer = lendRoom(new Response(null), own);
      giveRoomBack(answer);
      expect(takeRoom(bytes).buffer).not.toBe(own.buffer);
    }
    const foreign = new Uint8Array(100);
    giveRoomBack(lendRoom(new Response(null), foreign));
    expect(takeRoom(100).buffer).not.toBe(foreign.buffer);
  });
});

describe("answers in rooms that are used again", () => {
  let server: ReturnType<typeof serve>;
  let port = 0;

  beforeAll(async () => {
    server = serve({
      // Each answer is one letter, again and again.
      fetch: (request: Request, bindings: unknown) => {
        const room = takeRoom(BYTES);
        room.fill(new URL(request.url).pathname.charCodeAt(1));
        // @hono/node-server passes the incoming message and the answer along.
        return roomGivenBack(lendRoom(new Response(room), room), bindings as HttpBindings);
      },
      port: 0,
      hostname: "127.0.0.1",
    });
    await new Promise((resolve) => server.once("listening", resolve));
    port = (server.address() as AddressInfo).port; // of a TCP server that listens
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  /** Asks so many times on one connection, which closes after the last answer. */
  const open = (letter: string, times = 1): Socket => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("error", () => {});
    const ask = `GET /${letter} HTTP/1.1\r\nHost: localhost\r\n`;
    socket.write(`${`${ask}\r\n`.repeat(times - 1)}${ask}Connection: close\r\n\r\n`);
    return socket;
  };
  const bodiesOf = async (socket: Socket): Promise<readonly string[]> => {
    const parts: Buffer[] = [];
    for await (const part of socket) parts.push(part as Buffer); // of a socket without an encoding
    const text = Buffer.concat(parts).toString("latin1");
    return text.split(/HTTP\/1\.1 200 OK\r\n(?:[^\r\n]+\r\n)+\r\n/).slice(1);
  };
  const areOnly = (bodies: readonly string[], letter: string): boolean =>
    bodies.every((body) => body === letter.repeat(BYTES));

  it("hold each what was asked for, whoever reads slowly or goes away meanwhile", async () => {
    // More than the system takes off the server's hands for a reader that reads nothing.
    const slow = [..."ABCD"].map((letter) => ({ letter, socket: open(letter, SLOW_ANSWERS).pause() }));
    for (let round = 0; round < 12; round += 1) {
      const broken = open("X", SLOW_ANSWERS);
      broken.once("data", () => broken.destroy());
      const quick = [..."abcdef"].map((letter) => ({ letter, socket: open(letter) }));
      const read = await Promise.all(quick.map(({ socket }) => bodiesOf(socket)));
      expect(read.map((bodies, i) => areOnly(bodies, quick[i]?.letter ?? ""))).toEqual(quick.map(() => true));
    }
    const late = await Promise.all(slow.map(({ socket }) => bodiesOf(socket)));
    expect(late.map((bodies) => bodies.length)).toEqual(slow.map(() => SLOW_ANSWERS));
    expect(late.map((bodies, i) => areOnly(bodies, slow[i]?.letter ?? ""))).toEqual(slow.map(() => true));
  });
});
