// Indicators as feeds carry them, 700 to 1,000 bytes each, the same for the same seed; and the bundles of real reports where
// they are at hand. The marking decides the audience under the policies of members.ts: of ten contributions six are for
// everyone, three for a group, one for one state (docs/storage.md, Releases).
import { existsSync, readFileSync } from "node:fs";
import { formatHex } from "../src/encoding/bytes.ts";
import { isObject, type JsonObject } from "../src/encoding/json.ts";
import { uuid4 } from "../src/encoding/uuid.ts";
import { isStixObject, type StixObject } from "../src/stix/object.ts";

export const BYTES_MIN = 700;
export const BYTES_MAX = 1_000;

const markings = {
  everyone: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", // TLP:GREEN
  group: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", // TLP:AMBER
  bilateral: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", // TLP:AMBER+STRICT
} as const;

export type Audience = keyof typeof markings;

const audiences: readonly Audience[] = [
  "everyone",
  "group",
  "everyone",
  "everyone",
  "bilateral",
  "everyone",
  "group",
  "everyone",
  "group",
  "everyone",
];

/** The audience of the n-th contribution, or of the n-th object of one with mixed audiences. */
export function audienceOf(n: number): Audience {
  return audiences[n % audiences.length] ?? "everyone";
}

/** Numbers from 0 to 2^32−1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

const words =
  "the beacon calls home over port 443 with a certificate that it shares with earlier campaigns against energy and telecom operators; seen in mail attachments sent to ministries, then in lateral movement by stolen accounts, before data left in small archives at night".split(
    " ",
  );

export type Make = (audience: Audience) => JsonObject;

/** Makes indicators one after the other; ids never repeat within a seed. */
export function indicatorMaker(seed: number): Make {
  const random = randomNumbers(seed);
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => random() & 0xff);
  const hex = (count: number): string => formatHex(bytes(count));
  return (audience) => {
    const time = new Date(Date.UTC(2026, 9, 1) + (random() % 2_000_000) * 1000).toISOString();
    const host = `${hex(5)}.example`;
    const address = `198.51.${random() % 256}.${random() % 256}`;
    const patterns = [
      `[file:hashes.'SHA-256' = '${hex(32)}']`,
      `[domain-name:value = '${host}'] OR [ipv4-addr:value = '${address}']`,
      `[url:value = 'https://${host}/${hex(8)}/index.php']`,
      `[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '${address}']`,
    ];
    const indicator = {
      type: "indicator",
      spec_version: "2.1",
      id: `indicator--${uuid4(bytes(16))}`,
      created: time,
      modified: time,
      name: `Infrastructure ${host}`,
      description: "",
      indicator_types: [random() % 2 === 0 ? "malicious-activity" : "compromised"],
      pattern: patterns[random() % patterns.length] ?? "",
      pattern_type: "stix",
      valid_from: time,
      kill_chain_phases: [{ kill_chain_name: "lockheed-martin-cyber-kill-chain", phase_name: "command-and-control" }],
      confidence: random() % 101,
      external_references: [{ source_name: "cert-report", external_id: `R-${random() % 100_000}` }],
      object_marking_refs: [markings[audience]],
    };
    const wanted = BYTES_MIN + (random() % (BYTES_MAX - BYTES_MIN));
    return { ...indicator, description: prose(wanted - JSON.stringify(indicator).length, random) };
  };
}

/** ASCII words of exactly this length. */
function prose(length: number, random: () => number): string {
  let text = "";
  while (text.length < length) text += `${words[random() % words.length] ?? ""} `;
  return text.slice(0, Math.max(length, 0));
}

/** One envelope of the next so many objects, as a client sends it. */
export function envelopeText(make: Make, count: number, audience: Audience | "mixed"): string {
  const objects = Array.from({ length: count }, (_, i) => make(audience === "mixed" ? audienceOf(i) : audience));
  return JSON.stringify({ objects });
}

const realFiles = ["apt1.json", "poisonivy.json", "ics-attack-18.1.json"];

/** Objects of real reports; none, with a warning, where the folder is not there. */
export function realObjects(): readonly StixObject[] {
  const folder = new URL("../../shared/data/real/", import.meta.url);
  if (!existsSync(folder)) {
    console.warn("../shared/data/real is not there: the bench goes without real reports.");
    return [];
  }
  return realFiles.flatMap((name) => {
    const bundle: unknown = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
    const objects: unknown = isObject(bundle) ? bundle["objects"] : [];
    return Array.isArray(objects) ? objects.filter((object) => isObject(object) && isStixObject(object)) : [];
  });
}
