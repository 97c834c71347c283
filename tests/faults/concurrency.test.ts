// A real server process under eight writers and five pollers: every poller ends with every release exactly once, and the log
// proves every receipt (exchange-model: ordered, complete, exact, references, ceiling).
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { typeWell } from "../harness/commands.ts";
import { members } from "../harness/fault-cast.ts";
import { faultSeconds, Stage } from "../harness/fault-stage.ts";
import { pause, seeded } from "../harness/random.ts";
import { runSerai } from "../harness/server-process.ts";

describe("eight writers and five pollers", () => {
  const stage = new Stage(seeded());
  beforeAll(async () => {
    await stage.start(stage.path("data"));
    await stage.admit();
    const load = stage.load();
    load.start();
    const until = Date.now() + faultSeconds * 1000;
    // A steward sets its policy again meanwhile: what was decided on the edition before is decided anew.
    const policy = stage.members.policyFile(members, "AZ");
    while (Date.now() < until) {
      await pause(500);
      await typeWell(["policy", "set", policy], stage.members.file("AZ-steward"));
    }
    await load.stop();
    await load.drain();
    console.log(`concurrency: ${stage.summary()}`);
  });
  afterAll(() => stage.close());

  it("work through a real load", () => {
    expect(stage.ledger.acknowledged.length).toBeGreaterThan(faultSeconds * 5);
    for (const poller of stage.pollers) expect(poller.pages.length).toBeGreaterThan(faultSeconds);
    expect(stage.ledger.findings).toEqual([]);
  });

  it("leave every state with what the policies give it, each release exactly once and in order", async () => {
    expect(await stage.examineFeeds()).toEqual([]);
  });

  it("are all in the log, which proves every receipt", async () => {
    expect(await stage.examineLog()).toEqual([]);
    const receipts = join(stage.folder, "all-receipts");
    writeFileSync(receipts, stage.receipts.join("\n"));
    const args = ["audit", "verify", "--client", stage.members.file("TR-analyst"), "--receipt", receipts];
    expect(await runSerai(args, {}, 60_000)).toMatchObject({ code: 0, err: "" });
  });

  it("leave books without a gap, a half or a loss, once the server has stopped as asked", async () => {
    expect(await stage.server.stop()).toEqual({ code: 0, signal: null });
    expect(stage.examineBooks(stage.path("data"))).toEqual([]);
    expect(stage.server.errors()).not.toMatch(/"level":"(?:error|fatal)"/i);
  });
});
