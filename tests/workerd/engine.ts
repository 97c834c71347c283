// The database of Workers, empty and migrated as wrangler does it. There is one; suites use it one after the other.
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type D1, openD1 } from "../../src/store/engines/d1.ts";
import type { OpenedEngine } from "../harness/open-engine.ts";

export async function openTestDatabase(): Promise<D1> {
  await reset();
  await applyD1Migrations(env.DB, env.MIGRATIONS);
  return env.DB;
}

export async function openTestD1(): Promise<OpenedEngine> {
  const engine = openD1(await openTestDatabase());
  return { engine, close: () => engine.close() };
}
