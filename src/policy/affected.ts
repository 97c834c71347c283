// The party `affected` (policy.md, Parties): states whose published networks, part of their registered identity, or country
// domain occur in an object. Found when it is contributed and kept with its facts: what a state publishes later gives it nothing
// that was contributed before.

import { isAssignedCode } from "../directory/iso.ts";
import { prefixMin } from "../directory/network.ts";
import type { StixObject } from "../stix/object.ts";
import { type Block, containsBlock } from "../stix/pattern/address.ts";
import { asciiHost, type Occurrence, occurrencesIn } from "./occurrence.ts";

/** What a state published with its registered identity. */
export interface PublishedNetworks {
  readonly code: string;
  readonly networks: readonly Block[];
}

/** Codes of the states among those given that the object affects, alphabetical. */
export function affectedBy(object: StixObject, published: readonly PublishedNetworks[]): readonly string[] {
  const occurrences = occurrencesIn(object);
  if (occurrences.length === 0) return [];
  return published
    .filter((state) => occurrences.some((one) => affects(one, state)))
    .map(({ code }) => code)
    .sort();
}

/** Whether an occurrence lies in a state's networks or under its country domain. */
export function affects({ block, host }: Occurrence, { code, networks }: PublishedNetworks): boolean {
  if (block !== null)
    return networks.some((network) => network.length >= prefixMin[network.family] && containsBlock(network, block));
  return host !== null && countryOf(host) === code;
}

/** The state under whose country domain a host is, by its code; null for none. */
export function countryOf(host: string): string | null {
  const top = host.slice(host.lastIndexOf(".") + 1);
  const code = top === "uk" ? "GB" : top.toUpperCase();
  if (top.length === 2) return isAssignedCode(code) ? code : null;
  return internationalised.get(top) ?? null;
}

/** The country domains of a state as they are written, ASCII first. */
export function countryDomainsOf(code: string): readonly string[] {
  return [code === "GB" ? "uk" : code.toLowerCase(), ...(scripts.find(([state]) => state === code)?.[1] ?? [])];
}

// Country domains in the scripts of the members of the conference. Source: IANA Root Zone Database, as of 24 November 2026.
const scripts: readonly (readonly [string, readonly string[]])[] = [
  ["AE", ["امارات"]],
  ["BD", ["বাংলা"]],
  ["BH", ["البحرين"]],
  ["CN", ["中国", "中國"]],
  ["EG", ["مصر"]],
  ["IL", ["ישראל"]],
  [
    "IN",
    [
      "भारत",
      "ভারত",
      "ਭਾਰਤ",
      "ભારત",
      "இந்தியா",
      "భారత్",
      "بھارت",
      "ಭಾರತ",
      "ഭാരതം",
      "ভাৰত",
      "भारतम्",
      "भारोत",
      "ଭାରତ",
      "بارت",
      "ڀارت",
    ],
  ],
  ["IQ", ["عراق"]],
  ["IR", ["ایران"]],
  ["JO", ["الاردن"]],
  ["KR", ["한국"]],
  ["KZ", ["қаз"]],
  ["LK", ["ලංකා", "இலங்கை"]],
  ["MN", ["мон"]],
  ["PK", ["پاکستان"]],
  ["PS", ["فلسطين"]],
  ["QA", ["قطر"]],
  ["RU", ["рф"]],
  ["TH", ["ไทย"]],
];

const internationalised: ReadonlyMap<string, string> = new Map(
  scripts.flatMap(([code, domains]) => domains.map((domain) => [aLabel(domain), code] as const)),
);

function aLabel(domain: string): string {
  return asciiHost(`x.${domain}`)?.slice(2) ?? domain;
}
