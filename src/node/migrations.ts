// Reads migrations/<engine>/NNNN_name.sql, in the order of their numbers.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Migration } from "../store/engine.ts";

/** The folder stands beside src in a checkout and beside dist in the package. */
const root = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../migrations/" : "../migrations/", import.meta.url),
);

export function readMigrations(engine: "sqlite" | "postgres"): readonly Migration[] {
  const folder = `${root}${engine}/`;
  return readdirSync(folder)
    .filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    .sort()
    .map((name) => ({ name, sql: readFileSync(folder + name, "utf8") }));
}
