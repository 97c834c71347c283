// What is remembered of bodies: what was said of them, or nothing; within bounds; and nothing of what they were cut from.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BODY_BYTES_MAX, BodyMemory } from "../../src/store/engines/body-memory.ts";

const bytesOf = (n: number, length: number): Uint8Array => new Uint8Array(length).fill(n % 251);

describe("bodies", () => {
  it("are given back as they were added, or not at all", () => {
    const steps = fc.array(fc.tuple(fc.nat({ max: 20 }), fc.boolean()), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (all) => {
        const memory = new BodyMemory(1_000);
        const added = new Set<number>();
        for (const [n, adds] of all) {
          if (adds) {
            memory.add(n, { object: n + 1, bytes: bytesOf(n, 90) });
            added.add(n);
          }
          const known = memory.get(n);
          if (known !== undefined) expect(known).toEqual({ object: n + 1, bytes: bytesOf(n, 90) });
          if (!added.has(n)) expect(known).toBeUndefined();
          if (adds) expect(known).toBeDefined();
        }
      }),
    );
  });

  it("are forgotten when there are too many, those first that nobody asks for", () => {
    const memory = new BodyMemory(100_000);
    memory.add(0, { object: 0, bytes: bytesOf(0, 1_000) });
    memory.add(1, { object: 1, bytes: bytesOf(1, 1_000) });
    for (let n = 2; n < 1_000; n += 1) {
      memory.add(n, { object: n, bytes: bytesOf(n, 1_000) });
      expect(memory.get(0)).toBeDefined();
    }
    expect(memory.get(1)).toBeUndefined();
    const held = Array.from({ length: 1_000 }, (_, n) => memory.get(n)?.bytes.length ?? 0);
    expect(held.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(100_000);
  });

  it("are copies: what they were a part of is not kept with them", () => {
    const memory = new BodyMemory();
    const page = new Uint8Array(100_000);
    memory.add(1, { object: 1, bytes: page.subarray(10, 20) });
    expect(memory.get(1)?.bytes.buffer.byteLength).toBe(10);
  });

  it("that would take the place of many are not remembered", () => {
    const memory = new BodyMemory();
    memory.add(1, { object: 1, bytes: new Uint8Array(BODY_BYTES_MAX + 1) });
    expect(memory.get(1)).toBeUndefined();
  });
});
