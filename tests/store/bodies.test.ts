// The bodies of a page on SQLite, whatever of them is remembered: all in their order and to the byte, and none that is not there.
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMigrations } from "../../src/node/migrations.ts";
import type { Engine } from "../../src/store/engine.ts";
import { openSqlite } from "../../src/store/engines/sqlite.ts";
import { insert } from "../../src/store/statement.ts";

const COUNT = 60;
/** Multiples of seven are not there. */
const isThere = (n: number): boolean => n % 7 !== 0;
const bodyOf = (n: number): string => `{"n":${n},"name":"${"жé😀,".repeat(n)}"}`;
const joined = (parts: readonly Uint8Array[]): string =>
  parts.map((part) => new TextDecoder("utf-8", { fatal: true }).decode(part)).join(",");

// A page has about 12,000 bytes: memories that hold nothing, less than a page, a few pages, everything.
describe.each([0, 4_000, 40_000, 10_000_000])("bodies with %i bytes of memory", (bytesMax) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = openSqlite(":memory:", 1_024, bytesMax);
    await engine.migrate(readMigrations("sqlite"));
    const rows = Array.from({ length: COUNT }, (_, n) => n).filter(isThere);
    await engine.batch(
      insert(
        "rendition",
        rows.map((n) => ({ n, object: n + 100, recipient: 0, generation: 1, body: bodyOf(n) })),
      ),
    );
  });
  afterAll(() => engine.close());

  it("come whole, whatever was asked for before", async () => {
    const pages = fc.array(fc.uniqueArray(fc.nat({ max: COUNT - 1 }), { minLength: 1, maxLength: 40 }), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(pages, async (all) => {
        for (const renditions of all) {
          const added = renditions.map((_, i) => i);
          const page = await engine.findRenditions("objects", { renditions, added, more: false });
          expect(joined(page.bodies)).toBe(renditions.filter(isThere).map(bodyOf).join(","));
          expect(page.objects).toEqual(renditions.map((n) => (isThere(n) ? n + 100 : 0)));
          expect(page.renditions).toEqual(renditions);
        }
      }),
    );
  });
});
