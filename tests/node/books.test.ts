// One process for one database: a second one is told so, and the lock is the system's, so that none is left behind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openBooks } from "../../src/node/books.ts";
import { readMigrations } from "../../src/node/migrations.ts";

const module = new URL("../../src/node/books.ts", import.meta.url).href;

describe("the books of one process", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "serai-books-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const refused = {
    name: "Refusal",
    code: "conflict",
    message: expect.stringMatching(/another serai process.*stop it/i),
  };

  it("are not opened a second time, by whatever path they are named, until they are closed", async () => {
    const database = join(folder, "deep", "serai.db");
    const engine = openBooks(database);
    await engine.migrate(readMigrations("sqlite"));
    symlinkSync(join(folder, "deep"), join(folder, "other"));
    symlinkSync(database, join(folder, "link.db"));
    for (const path of [database, join(folder, "other", "serai.db"), join(folder, "link.db")])
      expect(() => openBooks(path), path).toThrow(expect.objectContaining(refused));
    expect((await engine.head()).turn).toBe(0);
    await engine.close();
    await openBooks(join(folder, "link.db")).close();
  });

  it("stand beside the books of others: each folder has its own lock, and so has each file", async () => {
    mkdirSync(join(folder, "two"));
    const engines = ["one.db", "two.db", join("two", "one.db")].map((name) => openBooks(join(folder, name)));
    for (const engine of engines) await engine.close();
  });

  it("leave nothing beside them but an empty file", async () => {
    const engine = openBooks(join(folder, "serai.db"));
    await engine.migrate(readMigrations("sqlite"));
    await engine.close();
    expect(readdirSync(folder).sort()).toEqual(["serai.db", "serai.db.lock"]);
  });

  it("are free again when they could not be opened", async () => {
    mkdirSync(join(folder, "serai.db"));
    expect(() => openBooks(join(folder, "serai.db"))).toThrow(/unable to open/);
    rmSync(join(folder, "serai.db"), { recursive: true });
    await openBooks(join(folder, "serai.db")).close();
  });

  it("are free again when the process that had them was killed", async () => {
    const database = join(folder, "serai.db");
    const script = `const { openBooks } = await import(${JSON.stringify(module)});
      const engine = openBooks(${JSON.stringify(database)});
      console.log("open");
      setInterval(() => engine.head, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    expect(() => openBooks(database)).toThrow(expect.objectContaining(refused));
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    await openBooks(database).close();
  });
});
