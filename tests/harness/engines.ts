// Real databases for tests: a SQLite file of its own, or PGlite with the PostgreSQL migrations.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PGliteDialect } from "kysely";
import { readMigrations } from "../../src/node/migrations.ts";
import type { Engine } from "../../src/store/engine.ts";
import { openPostgres } from "../../src/store/engines/postgres.ts";
import { openSqlite } from "../../src/store/engines/sqlite.ts";

export interface TestEngine {
  readonly engine: Engine;
  readonly folder: string;
  close(): Promise<void>;
}

export type EngineKind = "sqlite" | "pglite";
export const engineKinds: readonly EngineKind[] = ["sqlite", "pglite"];

export async function openTestEngine(kind: EngineKind): Promise<TestEngine> {
  const folder = mkdtempSync(join(tmpdir(), "serai-test-"));
  const engine = kind === "sqlite" ? openSqlite(join(folder, "exchange.db")) : await openPglite();
  await engine.migrate(readMigrations(kind === "sqlite" ? "sqlite" : "postgres"));
  return {
    engine,
    folder,
    close: async () => {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openPglite(): Promise<Engine> {
  const pglite = await PGlite.create({ parsers: { 20: Number } });
  return openPostgres({
    dialect: new PGliteDialect({ pglite }),
    rows: async (text, parameters) => (await pglite.query<Record<string, unknown>>(text, [...parameters])).rows,
    transaction: async (statements) => {
      await pglite.transaction(async (transaction) => {
        for (const { text, parameters } of statements) await transaction.query(text, [...parameters]);
      });
    },
    script: async (text) => void (await pglite.exec(text)),
    close: () => pglite.close(),
  });
}
