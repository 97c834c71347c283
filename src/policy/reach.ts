// What a client may read of what its party was released: TLP's meaning for a program that passes things on (policy.md step 3).
// Every read adds it as a bound on the release's level, before paging.

import { type Level, levelRank, levels } from "../stix/marking.ts";
import type { Client } from "../directory/client.ts";

/** The levels that a client may read, mildest first. */
export function levelsFor(client: Pick<Client, "reach" | "cleared">): readonly Level[] {
  return levels.filter((level) => mayRead(client, level));
}

/** Rank of the strictest level that a client may read. */
export function ceilingOf(client: Pick<Client, "reach" | "cleared">): number {
  return Math.max(...levelsFor(client).map(levelRank));
}

/**
 * Red: clients within the organisation that their state cleared. Amber+strict: the organisation. Amber: and its customers.
 * Green: the community. Clear: anyone.
 */
export function mayRead({ reach, cleared }: Pick<Client, "reach" | "cleared">, level: Level): boolean {
  switch (level) {
    case "red":
      return reach === "organisation" && cleared;
    case "amber+strict":
      return reach === "organisation";
    case "amber":
      return reach === "organisation" || reach === "customers";
    case "green":
      return reach !== "public";
    case "clear":
      return true;
  }
}
