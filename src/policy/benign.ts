// Values that are known and harmless, from the lists that are shipped (each with its source and date): a contributor is told
// before an indicator for one of them alarms everywhere (policy.md, Preview).

import type { StixObject } from "../stix/object.ts";
import { type Block, containsBlock, parseBlock } from "../stix/pattern/address.ts";
import { knownDomains } from "./known-domains.ts";
import { knownResolvers } from "./known-resolvers.ts";
import { type Occurrence, occurrencesIn } from "./occurrence.ts";
import { specialNames, specialRanges } from "./special-addresses.ts";

export type BenignList = "resolvers" | "domains" | "ranges" | "names";

export interface BenignFinding {
  readonly list: BenignList;
  /** RFC 6901 pointer to the value, or to the pattern that names it. */
  readonly pointer: string;
}

/** What in an object is on a list, each place and list once, in the order of the document. */
export function findBenign(object: StixObject): readonly BenignFinding[] {
  const findings = new Map<string, BenignFinding>();
  for (const occurrence of occurrencesIn(object)) {
    const list = listOf(occurrence);
    if (list !== null) findings.set(`${list} ${occurrence.pointer}`, { list, pointer: occurrence.pointer });
  }
  return [...findings.values()];
}

const resolvers = blocksOf(knownResolvers.addresses);
const ranges = blocksOf(specialRanges.blocks);
const hosts: ReadonlySet<string> = new Set(knownDomains.hosts);

function listOf({ block, host, bare }: Occurrence): BenignList | null {
  if (block !== null) {
    if (ranges.some((range) => containsBlock(range, block))) return "ranges";
    // A path on a resolver's web server is not the resolver.
    return bare && resolvers.some((one) => containsBlock(one, block)) ? "resolvers" : null;
  }
  if (host === null) return null;
  if (specialNames.names.some((name) => host === name || host.endsWith(`.${name}`))) return "names";
  // What somebody keeps on a well-known host, or mails from it, is not the host.
  return bare && hosts.has(host.replace(/^www\./, "")) ? "domains" : null;
}

function blocksOf(texts: readonly string[]): readonly Block[] {
  return texts.map((text) => parseBlock(text)).filter((block) => block !== null);
}
