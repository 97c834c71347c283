// Taking turns, on every engine and in every runtime: sixteen acts at once, a stale edition, a lost answer, a repeated act, a
// bad neighbour.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Refusal } from "../../src/refusal.ts";
import { tableJournal } from "../../src/store/journal.ts";
import { insert, type Statement } from "../../src/store/statement.ts";
import { type Act, Store, type Turn } from "../../src/store/store.ts";
import { faulty, type OpenedEngine, type OpenEngine } from "../harness/open-engine.ts";

const now = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);

function act(
  id: string,
  options: Partial<{
    footprint: string[];
    early: Statement[];
    bump: boolean;
    narrows: boolean;
    width: number;
    onDraft: (turn: Turn) => void;
  }> = {},
): Act<string> {
  return {
    id,
    alone: options.bump ?? false,
    draft: async (turn) => {
      options.onDraft?.(turn);
      return {
        early: options.early ?? [],
        late: [],
        fields: JSON.stringify({ kind: "test", id }),
        width: options.width ?? 1,
        bump: options.bump ?? false,
        narrows: options.narrows ?? false,
        footprint: new Set(options.footprint ?? [id]),
        result: id,
      };
    },
  };
}

export function commitTests(where: string, open: OpenEngine): void {
  describe(`commit on ${where}`, () => {
    let test: OpenedEngine;
    let store: Store;
    beforeAll(async () => {
      test = await open();
      store = new Store(test.engine, tableJournal(test.engine, "j1"), now);
    });
    afterAll(() => test.close());

    it("gives sixteen acts at once sixteen turns, gapless and with rising dates", async () => {
      const before = await store.head();
      const committed = await Promise.all(
        Array.from({ length: 16 }, (_, i) => store.commit(act(`many-${i}`, { width: i }))),
      );
      const turns = committed.map((one) => one.turn);
      expect(turns.map((turn) => turn.n)).toEqual(Array.from({ length: 16 }, (_, i) => before.turn + 1 + i));
      for (let i = 1; i < turns.length; i += 1)
        expect(turns[i]?.base).toBeGreaterThan((turns[i - 1]?.base ?? 0) + i - 1);
      expect((await store.head()).turn).toBe(before.turn + 16);
    });

    it("decides again when another instance was first, and loses neither act", async () => {
      let overtaken = false;
      const other = new Store(test.engine, tableJournal(test.engine, "j2"), now);
      const drafts: number[] = [];
      const slow = new Store(
        faulty(test.engine, async (batch) => {
          if (!overtaken) {
            overtaken = true;
            await other.commit(act("first-of-other"));
          }
          await batch();
        }),
        tableJournal(test.engine, "j3"),
        now,
      );
      const done = await slow.commit(act("overtaken", { onDraft: (turn) => drafts.push(turn.n) }));
      expect(drafts).toHaveLength(2);
      expect(done.turn.n).toBe(drafts[1]);
      const acts = await store.read
        .selectFrom("turn")
        .select("act")
        .where("act", "in", ["overtaken", "first-of-other"])
        .execute();
      expect(acts).toHaveLength(2);
    });

    it("decides again on the new edition when a policy changed meanwhile", async () => {
      let changed = false;
      const other = new Store(test.engine, tableJournal(test.engine, "j2"), now);
      const editions: number[] = [];
      const slow = new Store(
        faulty(test.engine, async (batch) => {
          if (!changed) {
            changed = true;
            await other.commit(act("policy-change", { bump: true }));
          }
          await batch();
        }),
        tableJournal(test.engine, "j3"),
        now,
      );
      await slow.commit(act("decided-on-stale-edition", { onDraft: (turn) => editions.push(turn.edition) }));
      expect(editions).toHaveLength(2);
      expect(editions[1]).toBe((editions[0] ?? 0) + 1);
    });

    it("looks a commit up whose answer was lost, and stores it once", async () => {
      const lossy = new Store(
        faulty(test.engine, async (batch) => {
          await batch();
          throw new Error("connection lost");
        }),
        tableJournal(test.engine, "j3"),
        now,
      );
      const done = await lossy.commit(act("lost-answer"));
      expect(done.result).toBe("lost-answer");
      const rows = await store.read.selectFrom("turn").select("n").where("act", "=", "lost-answer").execute();
      expect(rows).toEqual([{ n: done.turn.n }]);
    });

    it("refuses an act that was taken already", async () => {
      await store.commit(act("repeated"));
      await expect(store.commit(act("repeated", { width: 7 }))).rejects.toMatchObject({ code: "conflict" });
    });

    it("does not let one bad act fail its neighbours, nor leave a trace of it", async () => {
      const bad = insert("collection", [{ n: 1, id: "x", alias: "x", title: "x", description: null }]);
      await store.commit(act("makes-the-row", { early: bad }));
      const before = await store.head();
      const results = await Promise.allSettled([
        store.commit(act("neighbour-1")),
        store.commit(act("bad", { early: bad })),
        store.commit(act("neighbour-2")),
      ]);
      expect(results.map((one) => one.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect((await store.head()).turn).toBe(before.turn + 2);
    });

    it("passes on what a draft refuses, and takes no turn for it", async () => {
      const before = await store.head();
      const refused: Act<never> = {
        id: "refused",
        alone: false,
        draft: () => Promise.reject(new Refusal("invalid", "No.")),
      };
      await expect(store.commit(refused)).rejects.toMatchObject({ code: "invalid" });
      expect(await store.head()).toEqual(before);
    });

    it("notes the turn of the last act that took something away, whatever it was grouped with", async () => {
      const lone = await store.commit(act("takes-away", { narrows: true }));
      expect((await store.head()).narrowed).toBe(lone.turn.n);
      await store.commit(act("gives"));
      expect((await store.head()).narrowed).toBe(lone.turn.n);
      const [, second, third] = await Promise.all([
        store.commit(act("gives-first")),
        store.commit(act("takes-away-amid", { narrows: true })),
        store.commit(act("gives-last")),
      ]);
      expect(third.turn.n).toBe(second.turn.n + 1);
      expect((await store.head()).narrowed).toBe(second.turn.n);
    });

    it("gives acts with a common footprint separate commits", async () => {
      const seen: number[] = [];
      const count = async (): Promise<void> => {
        const row = await store.read
          .selectFrom("turn")
          .select((eb) => eb.fn.countAll<number>().as("n"))
          .executeTakeFirstOrThrow();
        seen.push(Number(row.n));
      };
      const overlapping = (id: string): Act<string> => {
        const one = act(id, { footprint: ["same"] });
        return { ...one, draft: async (turn) => (await count(), one.draft(turn)) };
      };
      await Promise.all([store.commit(overlapping("o1")), store.commit(overlapping("o2"))]);
      // The second decided on books that hold the first.
      expect(seen.at(-1)).toBe((seen[0] ?? 0) + 1);
    });
  });
}
