// Books that an earlier release made are opened, migrated and served by this one: the demo's exchange of v0.1.0, kept as it was.
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { importSigningKey } from "../../src/auth/key.ts";
import { integrate } from "../../src/exchange/integrate.ts";
import { openNode, type Opened } from "../../src/node/open.ts";
import { TestClient, TestClock } from "../harness/exchange.ts";
import { readCheckpoint } from "../../src/store/log.ts";

const kept = new URL("../vectors/upgrade/v0.1.0/", import.meta.url);
const url = "http://localhost:8787";
let folder: string;
let opened: Opened;
let tr: TestClient;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "serai-upgrade-"));
  cpSync(kept, folder, { recursive: true });
  const database = join(folder, "serai.db");
  opened = await openNode(
    { port: 0, host: "127.0.0.1", url, title: "Serai demo", database, tls: null, trustedProxies: [] },
    url,
  );
  const file = JSON.parse(readFileSync(join(folder, "TR-analyst.json"), "utf8")) as { client: string; key: JsonWebKey };
  const clock = new TestClock();
  tr = new TestClient(
    { app: createApp(opened.exchange), clock },
    file.client,
    await importSigningKey(file.key as never),
  );
});
afterEach(async () => {
  await opened.exchange.store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the books of v0.1.0", () => {
  it("are served as they were, in every collection", async () => {
    const had = {
      "threat-reports": ["note--5e7a1d00-0000-4000-8000-00000000003c"],
      "best-practices": [
        "course-of-action--5e7a1d00-0000-4000-8000-000000000028",
        "report--5e7a1d00-0000-4000-8000-000000000029",
      ],
      public: [
        "course-of-action--5e7a1d00-0000-4000-8000-000000000033",
        "vulnerability--5e7a1d00-0000-4000-8000-000000000032",
        "relationship--5e7a1d00-0000-4000-8000-000000000034",
        "report--5e7a1d00-0000-4000-8000-000000000035",
      ],
    };
    for (const [collection, ids] of Object.entries(had)) {
      const { objects } = await tr.pull(collection, { query: "match[version]=all" });
      const contributed = objects
        .map((object): string => object.id)
        .filter((id) => !/^(identity|marking|extension)-/.test(id));
      expect({ collection, contributed }).toEqual({ collection, contributed: ids });
    }
  });

  it("have the log that they had, which goes on", async () => {
    const before = await readCheckpoint(opened.exchange.store.engine);
    await tr.pull("threat-reports");
    await integrate(opened.exchange);
    const after = await readCheckpoint(opened.exchange.store.engine);
    expect(after?.size).toBeGreaterThan(before?.size ?? Number.POSITIVE_INFINITY);
    const response = await opened.exchange.store.engine.read.selectFrom("leaf").select("position").execute();
    expect(response).toHaveLength(after?.size ?? -1);
  });
});
