// Files that hold secrets are made for their owner alone (mode 0600), whole or not at all, and never overwritten. Those of a
// database move together.
import {
  closeSync,
  existsSync,
  fsyncSync,
  renameSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { Refusal } from "../refusal.ts";

/**
 * Writes a new file of mode 0600. It has its name only when all of it is on the disk, and the name is on the disk when this
 * returns: a power cut leaves the whole file or none.
 * @throws {Refusal} conflict: a file of this name is there
 */
export function writeSecret(path: string, text: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  if (existsSync(path)) throw new Refusal("conflict", `The file is there already and is not overwritten: ${path}.`);
  const draft = `${path}.${process.pid}.new`;
  rmSync(draft, { force: true });
  try {
    const file = openSync(draft, "wx", 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(folder);
}

/** Renames a database that is closed. Its log goes first: beside a new file of that name it would be taken for that one's. */
export function setDatabaseAside(path: string, aside: string): void {
  for (const part of ["-wal", "-shm", ""]) if (existsSync(path + part)) renameSync(path + part, aside + part);
  syncFolder(dirname(path));
}

/** Names are on the disk when their folder is synced. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The text of a file, or null where there is none. */
export function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}
