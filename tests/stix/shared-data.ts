// Data for conformance runs, which is no part of the project: rows of ../shared/data beside it, or null and a warning.

import { existsSync, readFileSync } from "node:fs";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** The text of each file, for runtimes that read none. */
    readonly sharedData?: Readonly<Record<string, string>>;
  }
}

const folder = new URL("../../../shared/data/", import.meta.url);

/** The rows of a file of newline-delimited JSON, or null where the folder is absent. */
export function rowsOf<T>(file: string): readonly T[] | null {
  const text = textOf(file);
  return text === null
    ? null
    : text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as T);
}

/** The text of a file, or null where the folder is absent. */
export function textOf(file: string): string | null {
  const provided = inject("sharedData")?.[file];
  if (provided !== undefined) return provided;
  if (existsSync(folder)) return readFileSync(new URL(file, folder), "utf8");
  console.warn(`SKIPPED: ../shared/data is absent, so nothing was compared with ${file}.`);
  return null;
}
