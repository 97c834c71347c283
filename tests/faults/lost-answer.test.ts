// A contribution whose answer is lost is stored once: the client sends the same again and is told that it is in (exchange-model,
// idempotent; storage.md, Act id). Lost on the way back, on the way there, or with the server itself.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CutAt, openCuttingProxy } from "../harness/cutting-proxy.ts";
import { Stage } from "../harness/fault-stage.ts";
import type { Sent } from "../harness/ledger.ts";
import { Disk, hasDisk } from "../harness/power-cut.ts";
import { pause, seeded } from "../harness/random.ts";
import { requestOf, type Writer } from "../harness/writer.ts";

/** Kinds of envelopes that a writer makes: enough of them to meet each. */
const ENVELOPES = 20;
/** Longer than the server takes to take what it has into the log, so that the next commit is the contribution's. */
const QUIET = 1_000;

function writerOf(stage: Stage, i: number): Writer {
  const writer = stage.writers[i % stage.writers.length];
  if (writer === undefined) throw new Error("There is no writer.");
  return writer;
}

/** Posts it once through a connection that is cut; how many connections were. */
async function postThroughCut(stage: Stage, envelope: Sent, at: CutAt): Promise<number> {
  const proxy = await openCuttingProxy(stage.server.port, at);
  const { path, type, body } = requestOf(envelope);
  const { access_token } = await (await stage.session(envelope.client)).token();
  const headers = { Authorization: `Bearer ${access_token}`, "Content-Type": type, Accept: "*/*", Connection: "close" };
  const answered = await fetch(proxy.url + path, { method: "POST", headers, body }).then(
    () => true,
    () => false,
  );
  if (answered) stage.ledger.find("an answer came through a connection that was cut");
  await proxy.close();
  return proxy.cuts();
}

/** What every state has, with its dates. */
async function manifests(stage: Stage): Promise<readonly string[]> {
  const paths = ["threat-reports", "best-practices"].map(
    (collection) => `/api/collections/${collection}/manifest/?match[version]=all`,
  );
  const texts: string[] = [];
  for (const session of stage.analysts.values())
    for (const path of paths) texts.push(await (await session.request("GET", path, { taxii: true })).text());
  return texts;
}

describe("an answer that is lost", () => {
  const stage = new Stage(seeded());
  let folder = "";
  beforeAll(async () => {
    folder = stage.path("data");
    await stage.start(folder);
    await stage.admit();
    // Something to make versions of and to refer to.
    for (let i = 0; i < ENVELOPES; i += 1) await writerOf(stage, i).write();
  });
  afterAll(() => stage.close());

  it("on the way leaves what was sent in the books once, however often it is sent again", async () => {
    for (let i = 0; i < ENVELOPES; i += 1) {
      const envelope = writerOf(stage, i).compose();
      expect(await postThroughCut(stage, envelope, { where: "answer" })).toBe(1);
      const before = await manifests(stage);
      // A client that lost its patience sends it three times at once.
      await Promise.all([1, 2, 3].map(() => writerOf(stage, i).send(envelope)));
      expect(await manifests(stage)).toEqual(before);
    }
    expect(stage.ledger.findings).toEqual([]);
  });

  it("is no loss on the way there, where the request itself was cut: nothing is in, and then all of it, once", async () => {
    for (const bytes of [1, 40, 700]) {
      const before = await manifests(stage);
      const envelope = writerOf(stage, bytes).compose();
      expect(await postThroughCut(stage, envelope, { where: "request", bytes })).toBe(1);
      await pause(50);
      expect(await manifests(stage)).toEqual(before);
      await writerOf(stage, bytes).send(envelope);
    }
    expect(stage.ledger.findings).toEqual([]);
  });

  it.runIf(hasDisk()).each([
    ["after the commit leaves what was sent in the books once", "kill-after", "in"],
    ["before the commit leaves nothing there, and what is sent again is there once", "kill-before", "not-in"],
  ] as const)("because the server dies %s", async (_law, fault, fate) => {
    await stage.server.stop();
    const disk = new Disk(folder, stage.folder, fault);
    await stage.start(disk.data, disk.env);
    const writer = writerOf(stage, 0);
    await writer.write();
    await pause(QUIET);
    const envelope = writer.compose();
    disk.plant(fault, "*/serai.db-wal");
    await expect(writer.send(envelope)).rejects.toMatchObject({ code: "unavailable" });
    expect(await stage.server.ended).toEqual({ code: null, signal: "SIGKILL" });
    expect(stage.fateOf(disk.shadow, envelope)).toBe(fate);
    folder = disk.shadow;
    await stage.start(folder);
    const before = await manifests(stage);
    await writer.send(envelope);
    if (fate === "in") expect(await manifests(stage)).toEqual(before);
    await writer.send(envelope);
    expect(stage.ledger.findings).toEqual([]);
  });

  it("is in the feeds and in the log like any other", async () => {
    await stage.load().drain();
    expect(await stage.examineFeeds()).toEqual([]);
    expect(await stage.examineLog()).toEqual([]);
    await stage.server.stop();
    expect(stage.examineBooks(folder)).toEqual([]);
  });
});
