// The whole exchange against the oracle: five states with policies that differ and change, four levels and unmarked, three
// collections, a random history of contributions, echoes, recalls, suspensions and time. What each client of each reach pulls is
// what the oracle says, exactly once, in order; every route agrees; nothing else appears in any byte.
// Rules redact, parts are marked, references are cut and mapped on the way.
//
// SERAI_SEED=N plays the history of a seed alone; SERAI_REDUCE=1 makes one that disagrees small, and prints it.
import { describe, expect, it } from "vitest";
import type { EngineKind } from "../harness/engines.ts";
import { Disagreement } from "./compare.ts";
import { generateHistory, type Kind } from "./generate.ts";
import type { History } from "./history.ts";
import { type Play, playHistory } from "./play.ts";
import { reduceHistory, tellHistory } from "./reduce-history.ts";

const environment = process.env;
const given = environment["SERAI_SEED"];
const seeds = given === undefined ? [1, 2, 3] : given.split(",").map(Number);
const LENGTH = Number(environment["SERAI_LENGTH"] ?? 200);
const PATIENCE_MS = environment["SERAI_REDUCE"] === undefined ? 300_000 : 3_600_000;

async function tell(kind: EngineKind, seed: number, of: Kind): Promise<Play> {
  const history = generateHistory(seed, of);
  const again = `SERAI_SEED=${seed} SERAI_LENGTH=${of.contributions}`;
  console.info(`A history of ${of.contributions} contributions on ${kind}: ${again}`);
  try {
    return await playHistory(kind, history);
  } catch (cause) {
    const small = environment["SERAI_REDUCE"] === undefined ? null : await reduced(kind, history);
    const account = cause instanceof Error ? cause.message : String(cause);
    const how = small === null ? "SERAI_REDUCE=1 makes it small" : "made small below";
    // The account is all there is to say; what is no disagreement keeps its stack.
    throw new Error(`${again} disagrees (${how})\n${account}\n${small ?? ""}`, {
      cause: cause instanceof Disagreement ? undefined : cause,
    });
  }
}

async function reduced(kind: EngineKind, history: History): Promise<string> {
  const disagrees = (smaller: History): Promise<string | null> =>
    playHistory(kind, smaller).then(
      () => null,
      (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)),
    );
  const small = await reduceHistory(history, disagrees);
  return `${tellHistory(small)}\n${await disagrees(small)}`;
}

describe("an exchange of five states", () => {
  it.each(seeds)(
    "gives each client of each state what the oracle says, exactly once and in order, through 200 contributions, seed %i",
    async (seed) => {
      const play = await tell("sqlite", seed, { contributions: LENGTH, reaches: 3 });
      expect(play.oracle.items.length).toBeGreaterThan(LENGTH);
      expect(play.compared).toBeGreaterThan(LENGTH);
      expect(play.oracle.items.some((item) => item.recalled)).toBe(true);
    },
    PATIENCE_MS,
  );

  it.runIf(given === undefined)(
    "gives each of the five reaches what the oracle says",
    async () => {
      const play = await tell("sqlite", 4, { contributions: 50, reaches: 5 });
      expect(play.oracle.items.length).toBeGreaterThan(50);
    },
    PATIENCE_MS,
  );

  it.runIf(given === undefined)(
    "gives each client what the oracle says on PostgreSQL",
    async () => {
      const play = await tell("pglite", 3, { contributions: 30, reaches: 3 });
      expect(play.oracle.items.length).toBeGreaterThan(30);
    },
    PATIENCE_MS,
  );
});
