// kill -9 under load, and a restart on the same folder: nothing acknowledged is lost, nothing is there twice, and pollers go on
// from their last date. (What was written but not synced survives this; the power cut is in power-cut.test.ts.)
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultSeconds, Stage } from "../harness/fault-stage.ts";
import { seeded } from "../harness/random.ts";

const KILLS = faultSeconds < 8 ? 1 : 3;

describe("a server that is killed under load", () => {
  const stage = new Stage(seeded());
  beforeAll(async () => {
    await stage.start(stage.path("data"));
    await stage.admit();
  });
  afterAll(() => stage.close());

  it.each(Array.from({ length: KILLS }, (_, i) => i + 1))("goes on where it stood (kill %i)", async () => {
    const before = stage.ledger.acknowledged.length;
    const trusted = await stage.killUnderLoad(300 + stage.random.below(600));
    expect(stage.ledger.acknowledged.length).toBeGreaterThan(before);
    expect(stage.examineBooks(stage.path("data"))).toEqual([]);
    await stage.start(stage.path("data"));
    expect(await stage.examineAftermath(stage.path("data"), trusted)).toEqual([]);
  });

  it("stops in good order in the end", async () => {
    console.log(`kills: ${stage.summary()}`);
    expect(await stage.server.stop()).toEqual({ code: 0, signal: null });
    expect(stage.examineBooks(stage.path("data"))).toEqual([]);
  });
});
