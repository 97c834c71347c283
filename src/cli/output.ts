// Files that a command writes. Whether it can is asked first: what was posted or pulled for a file that cannot be written is
// lost to whoever wanted it.
import { accessSync, constants, existsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Refusal } from "../refusal.ts";

/** @throws {Refusal} invalid-request: no file can be written there */
export function requireWritable(path: string | undefined): void {
  if (path === undefined) return;
  try {
    const there = existsSync(path);
    if (there && statSync(path).isDirectory()) throw new TypeError("It is a folder.");
    accessSync(there ? path : dirname(path), constants.W_OK);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** @throws {Refusal} invalid-request: it cannot be written */
export function writeTextFile(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): Refusal {
  return new Refusal("invalid-request", `The file cannot be written: ${path}. Name one in a folder that is there.`, {
    cause,
  });
}
