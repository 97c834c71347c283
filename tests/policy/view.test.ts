// By which id each reader goes on to know an object: nothing of it hangs on what only a stricter reader of its party is given.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candidate } from "../../src/policy/candidate.ts";
import {
  type Derived,
  LASTING,
  lineagesOf,
  NOTICE,
  readerKey,
  REVOCATION,
  type Wanted,
} from "../../src/policy/view.ts";

const id = "malware--00000001-0000-4000-8000-000000000001";
const candidateOf = (n: number, revoked: boolean): Candidate => ({
  n,
  contributor: 1,
  collection: 1,
  id,
  versionKey: String(n),
  type: "malware",
  size: 1,
  level: 0,
  marked: false,
  authored: false,
  recalled: false,
  revoked,
  digest: "",
  grants: [],
  refs: [],
  needs: [],
  fixed: false,
  stood: [],
  had: [],
  known: [],
});
const wanted = (ceiling: number, n = 1, revoked = false): Wanted => ({
  candidate: candidateOf(n, revoked),
  party: 7,
  ceiling,
});
const row = (kind: number, generation: number, bits: number, more: Partial<Derived> = {}): Derived => ({
  n: -1,
  object: 1,
  recipient: 7,
  class: kind,
  generation,
  id: "",
  version: "",
  version_key: "",
  ceilings: bits,
  ended: LASTING,
  digest: "",
  size: 1,
  ...more,
});
const lineages = (all: readonly Wanted[], rows: readonly Derived[]): readonly (string | undefined)[] => {
  const found = lineagesOf(all, new Map([[`7 ${id}`, rows]]));
  return [0, 1, 2, 3, 4].map((ceiling) => {
    const one = found.get(readerKey(7, ceiling, id));
    return one === undefined ? undefined : `${one.class}.${one.generation}`;
  });
};

describe("the id by which a reader knows an object that it has reduced", () => {
  it("is that of the laxest reader of its party, where it has none", () => {
    expect(lineages([wanted(1), wanted(2), wanted(4)], [])).toEqual([undefined, "1.0", "1.0", undefined, "1.0"]);
    expect(lineages([wanted(1), wanted(3)], [row(1, 0, 0b10)])).toEqual([
      undefined,
      "1.0",
      undefined,
      "1.0",
      undefined,
    ]);
  });

  it("stays what it is where a laxer reader begins later, or ends", () => {
    expect(lineages([wanted(1), wanted(3)], [row(3, 0, 0b1000)])[3]).toBe("3.0");
    expect(lineages([wanted(3)], [row(1, 0, 0b1010), row(1, 0, 0b10, { ended: NOTICE })])[3]).toBe("1.0");
  });

  it("never comes back once it ended: neither its own, nor one in which it took part", () => {
    const ended = [row(1, 0, 0b1010), row(1, 0, 0b1010, { ended: NOTICE })];
    expect(lineages([wanted(1), wanted(3)], ended)).toEqual([undefined, "1.1", undefined, "1.1", undefined]);
    const left = [row(1, 0, 0b1010), row(1, 0, 0b1000, { ended: NOTICE })];
    expect(lineages([wanted(1), wanted(3)], left)).toEqual([undefined, "1.0", undefined, "3.0", undefined]);
  });

  it("lasts through the owner's revocation for as long as that stands", () => {
    const rows = [row(1, 0, 0b10), row(1, 0, 0b10, { ended: REVOCATION, object: 2 })];
    expect(lineages([wanted(1, 2, true)], rows)[1]).toBe("1.0");
    expect(lineages([wanted(1)], rows)[1]).toBe("1.1");
  });

  it("hangs on nothing that only a stricter reader has, or had", () => {
    const rowOf = fc.record({
      kind: fc.integer({ min: 0, max: 4 }),
      generation: fc.integer({ min: 0, max: 2 }),
      bits: fc.integer({ min: 1, max: 31 }),
      ended: fc.constantFrom(LASTING, LASTING, NOTICE),
    });
    fc.assert(
      fc.property(fc.array(rowOf, { maxLength: 8 }), fc.integer({ min: 1, max: 31 }), fc.nat(4), (drawn, now, most) => {
        // Whoever takes part in a lineage is no laxer than whom it was made for.
        const rows = drawn.map(({ kind, generation, bits, ended }) =>
          row(kind, generation, (bits & ~(2 ** kind - 1)) | (1 << kind), { ended }),
        );
        const all = [0, 1, 2, 3, 4].filter((ceiling) => ((now >> ceiling) & 1) === 1).map((ceiling) => wanted(ceiling));
        const mask = 2 ** (most + 1) - 1;
        const seen = rows.flatMap((one) =>
          (one.ceilings & mask) === 0 ? [] : [{ ...one, ceilings: one.ceilings & mask }],
        );
        const laxer = all.filter(({ ceiling }) => ceiling <= most);
        expect(lineages(all, rows).slice(0, most + 1)).toEqual(lineages(laxer, seen).slice(0, most + 1));
      }),
    );
  });
});
