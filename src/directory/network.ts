// Networks that a state published with its registered identity: what occurs in them affects it (policy.md, Parties). They are
// known to every member.

import type { Json } from "../encoding/json.ts";
import { type Block, containsBlock, parseBlock } from "../stix/pattern/address.ts";
import { type Path, readSet, refuseAt, shown } from "./form.ts";

/** Networks of one state. Aggregates, not routes: each object that is contributed is held against all of them. */
export const networksMax = 256;

// A state that publishes half of the Internet would be affected by everything. No registry allots more than this at once.
export const prefixMin = { 4: 8, 6: 16 } as const;

/** A network that may be published, such as 203.0.113.0/24; null for anything else, or one that is too wide. */
export function parseNetwork(text: string): Block | null {
  const block = parseBlock(text);
  return block !== null && block.length >= prefixMin[block.family] ? block : null;
}

/** @throws {Refusal} invalid, with pointer: `network`, or what a list refuses */
export function readNetworks(value: Json | undefined, path: Path): readonly string[] {
  return readSet(value, path, "The list of networks", { itemsMin: 0, itemsMax: networksMax }, readNetwork);
}

function readNetwork(value: Json, path: Path): string {
  const block = typeof value === "string" ? parseNetwork(value) : null;
  if (typeof value !== "string" || block === null)
    refuseAt(
      path,
      "network",
      `${typeof value === "string" ? shown(value) : "This"} is no network: an address and a prefix length of at least /${prefixMin[4]} (IPv6: /${prefixMin[6]}), such as 203.0.113.0/24.`,
    );
  // 203.0.113.7/24 is read as a network by some and as an address by others.
  if (!isFirstAddress(block))
    refuseAt(path, "network", `${shown(value)} is an address in a network: write the network's first address.`);
  return value;
}

function isFirstAddress({ bits, length }: Block): boolean {
  return bits.every((word, i) => {
    const free = Math.min(16, Math.max(0, (i + 1) * 16 - length));
    return (word & ((1 << free) - 1)) === 0;
  });
}

/** The first of these networks that shares an address with one of the others; null: none does. */
export function overlapOf(
  networks: readonly string[],
  others: readonly string[],
): { readonly network: string; readonly with: string } | null {
  const known = others.flatMap((text) => {
    const block = parseBlock(text);
    return block === null ? [] : [{ text, block }];
  });
  for (const network of networks) {
    const block = parseBlock(network);
    if (block === null) continue;
    const found = known.find((one) => containsBlock(one.block, block) || containsBlock(block, one.block));
    if (found !== undefined) return { network, with: found.text };
  }
  return null;
}
