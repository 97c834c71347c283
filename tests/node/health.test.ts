// /health over the parts that it speaks of: real books, and a real journal with its thread and file.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ANSWERS_WITHIN, LOOK_COUNTS_FOR } from "../../src/http/health.ts";
import { openJournalThread, type ThreadJournal } from "../../src/node/journal.ts";
import type { Engine } from "../../src/store/engine.ts";
import { tableJournal } from "../../src/store/journal.ts";
import { engineKinds, openTestEngine, type TestEngine } from "../harness/engines.ts";
import { openTestExchange, TEST_URL, type TestExchange } from "../harness/exchange.ts";

interface Seen {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: unknown;
}

async function look(host: TestExchange): Promise<Seen> {
  host.clock.advance(LOOK_COUNTS_FOR);
  return lookAgain(host);
}

async function lookAgain(host: TestExchange): Promise<Seen> {
  const response = await host.app.request(`${TEST_URL}/health`);
  return {
    status: response.status,
    retryAfter: response.headers.get("Retry-After"),
    body: await response.json(),
  };
}

const well: Seen = { status: 200, retryAfter: null, body: { status: "ok" } };
const failing = (books: string, journal: string): Seen => ({
  status: 503,
  retryAfter: "1",
  body: { status: "failing", books, journal },
});

describe("health", () => {
  let folder = "";
  let file = "";
  let test: TestEngine;
  let journal: ThreadJournal;
  let checks = 0;
  let host: TestExchange;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "serai-health-"));
    file = join(folder, "journal");
    test = await openTestEngine("sqlite");
    journal = await openJournalThread({ file, name: "node-1" });
    checks = 0;
    const counted = { ...journal, check: () => ((checks += 1), journal.check()) };
    host = await openTestExchange(test.engine, { journal: counted });
  });
  afterEach(async () => {
    await journal.close();
    await test.close().catch(() => {}); // some of these close it
    rmSync(folder, { recursive: true, force: true });
  });

  it("is ok where the books can be read and the journal can be written", async () => {
    expect(await look(host)).toEqual(well);
    const head = await host.app.request(`${TEST_URL}/health`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  it("fails while the journal cannot be written, and is ok again once it can", async () => {
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    expect(await look(host)).toEqual(failing("ok", "failing"));
    other.exec("ROLLBACK");
    other.close();
    expect(await look(host)).toEqual(well);
  });

  it("fails when the journal's thread is gone", async () => {
    await journal.close();
    expect(await look(host)).toEqual(failing("ok", "failing"));
  });

  it("fails when the books cannot be read", async () => {
    await test.close();
    expect(await look(host)).toEqual(failing("failing", "ok"));
  });

  it("fails in time when a part does not answer at all", async () => {
    // Its checks wait for ever, as on a disk that hangs.
    const hung = await openTestExchange(test.engine, { journal: { ...journal, check: () => new Promise(() => {}) } });
    const began = performance.now();
    expect(await look(hung)).toEqual(failing("ok", "failing"));
    expect(performance.now() - began).toBeLessThan(2 * ANSWERS_WITHIN);
  });

  it("costs one look a second, however many ask", async () => {
    const seen = await Promise.all(Array.from({ length: 200 }, () => lookAgain(host)));
    expect(seen).toEqual(Array.from({ length: 200 }, () => well));
    expect(checks).toBeLessThanOrEqual(2);
    const before = checks;
    await look(host);
    expect(checks).toBe(before + 1);
  });
});

describe.each(engineKinds)("health of a journal in the database, on %s", (kind) => {
  it("fails when the database takes no writes, and leaves no row when it does", async () => {
    const test = await openTestEngine(kind);
    let reads = false;
    const engine: Engine = {
      ...test.engine,
      // As a replica does: refused by the database itself.
      batch: (statements) =>
        reads && statements.length > 0 ? Promise.reject(new Error("read-only")) : test.engine.batch(statements),
    };
    const host = await openTestExchange(engine, { journal: tableJournal(engine, "journal-1") });
    expect(await look(host)).toEqual(well);
    expect(await tableJournal(test.engine, "journal-1").after(0, 10)).toEqual([]);
    reads = true;
    expect(await look(host)).toEqual(failing("ok", "failing"));
    await test.close();
  });
});
