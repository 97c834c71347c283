// What the demo's states contribute: reports that the project wrote, each under its own marking. Addresses and names are
// from the ranges for documentation (RFC 5737, RFC 2606).
import type { Json, JsonObject } from "../encoding/json.ts";

const tlp = {
  clear: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
  green: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
  amber: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
  red: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
} as const;

const written = "2026-11-02T09:00:00.000Z";

export interface DemoState {
  readonly code: string;
  readonly identity: JsonObject;
  readonly policy: JsonObject;
  /** Whether its analyst may have TLP:RED. */
  readonly cleared: boolean;
}

export interface DemoContribution {
  readonly by: string;
  readonly collection: string;
  readonly name: string;
  readonly to?: string;
  readonly objects: readonly Json[];
}

function identity(code: string, last: string, name: string): JsonObject {
  return {
    type: "identity",
    spec_version: "2.1",
    id: `identity--5e7a1c00-0000-4000-8000-0000000000${last}`,
    created: written,
    modified: written,
    name,
    description: `The national CERT of ${code} in this demonstration.`,
    identity_class: "organization",
    sectors: ["government-national"],
  };
}

const regionWide = { name: "region-wide", share: ["all"], when: { tlp: "green" } };
const asISaid = { name: "as I said", share: ["named"], when: { tlp: "red" } };

export const demoStates: readonly DemoState[] = [
  {
    code: "KZ",
    identity: identity("KZ", "01", "KZ CERT (demo)"),
    cleared: true,
    policy: {
      unmarked: "green",
      groups: { neighbours: ["UZ", "AZ"] },
      rules: [regionWide, { name: "neighbours", share: ["group:neighbours"], when: { tlp: "amber" } }, asISaid],
    },
  },
  {
    code: "TR",
    identity: identity("TR", "02", "TR CERT (demo)"),
    cleared: true,
    policy: {
      unmarked: "amber",
      groups: { partners: ["AZ", "KZ"] },
      rules: [
        regionWide,
        { name: "partners", share: ["group:partners"], when: { tlp: ["amber", "amber+strict"] } },
        asISaid,
      ],
    },
  },
  {
    code: "IN",
    identity: identity("IN", "03", "IN CERT (demo)"),
    cleared: false,
    policy: { unmarked: "refuse", rules: [{ name: "what is public anyway", share: ["all"], when: { tlp: "clear" } }] },
  },
  {
    code: "UZ",
    identity: identity("UZ", "04", "UZ CERT (demo)"),
    cleared: false,
    policy: {
      unmarked: "amber",
      rules: [regionWide, { name: "after two days", share: ["KZ", "TR"], when: { tlp: "amber" }, after: "P2D" }],
    },
  },
  {
    code: "AZ",
    identity: identity("AZ", "05", "AZ CERT (demo)"),
    cleared: false,
    policy: {
      unmarked: "amber+strict",
      groups: { energy: ["KZ", "TR"] },
      rules: [
        regionWide,
        { name: "energy sector", share: ["group:energy"], when: { sector: ["energy"], tlp: "amber" } },
      ],
    },
  },
];

function common(type: string, n: number, by: string, level: keyof typeof tlp): JsonObject {
  const author = demoStates.find((state) => state.code === by)?.identity["id"] ?? "";
  return {
    type,
    spec_version: "2.1",
    id: `${type}--5e7a1d00-0000-4000-8000-${n.toString(16).padStart(12, "0")}`,
    created_by_ref: author,
    created: written,
    modified: written,
    object_marking_refs: [tlp[level]],
  };
}

const idOf = (object: JsonObject): string => String(object["id"]);

function incidentReport(): readonly Json[] {
  const malware: JsonObject = {
    ...common("malware", 1, "KZ", "amber"),
    name: "Sand lark",
    is_family: true,
    malware_types: ["remote-access-trojan"],
  };
  const values = [
    "[ipv4-addr:value = '192.0.2.17']",
    "[domain-name:value = 'updates.sand-lark.example']",
    "[file:hashes.'SHA-256' = 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d0b3a3c4b5c6d7e8f90a1b2c3']",
  ];
  const indicators = values.map((pattern, i): JsonObject => ({
    ...common("indicator", 10 + i, "KZ", "amber"),
    name: `Sand lark, ${["command and control address", "update domain", "loader"][i] ?? ""}`,
    indicator_types: ["malicious-activity"],
    pattern,
    pattern_type: "stix",
    valid_from: written,
  }));
  const relations = indicators.map((indicator, i): JsonObject => ({
    ...common("relationship", 20 + i, "KZ", "amber"),
    relationship_type: "indicates",
    source_ref: idOf(indicator),
    target_ref: idOf(malware),
  }));
  const incident: JsonObject = {
    ...common("incident", 30, "KZ", "amber"),
    name: "Intrusion at a grid operator",
    description: "Remote access by stolen credentials; contained within a day.",
  };
  const objects = [malware, ...indicators, ...relations, incident];
  const report: JsonObject = {
    ...common("report", 31, "KZ", "amber"),
    name: "Incident report: intrusion at a grid operator",
    description: "What was seen, how it was contained, and what to look for.",
    report_types: ["incident", "indicator"],
    published: written,
    object_refs: objects.map(idOf),
  };
  return [...objects, report];
}

function bestPractice(): readonly Json[] {
  const action: JsonObject = {
    ...common("course-of-action", 40, "TR", "green"),
    name: "Phishing-resistant sign-in for administrators",
    description: "Security keys for every account that administers others; passwords and codes switched off for them.",
  };
  return [
    action,
    {
      ...common("report", 41, "TR", "green"),
      name: "Best practice: phishing-resistant sign-in for administrators",
      description: "Introduced in 40 bodies within six months; no administrator's account was taken over since.",
      report_types: ["best-practice"],
      published: written,
      object_refs: [idOf(action)],
    },
  ];
}

function advisory(): readonly Json[] {
  const vulnerability: JsonObject = {
    ...common("vulnerability", 50, "IN", "clear"),
    name: "Authentication bypass in an example gateway",
    description: "Versions before 4.2 accept a request without a session when its path ends in two slashes.",
  };
  const fix: JsonObject = {
    ...common("course-of-action", 51, "IN", "clear"),
    name: "Update the example gateway to 4.2",
  };
  return [
    vulnerability,
    fix,
    {
      ...common("relationship", 52, "IN", "clear"),
      relationship_type: "mitigates",
      source_ref: idOf(fix),
      target_ref: idOf(vulnerability),
    },
    {
      ...common("report", 53, "IN", "clear"),
      name: "Advisory: authentication bypass in an example gateway",
      report_types: ["vulnerability"],
      published: written,
      object_refs: [idOf(vulnerability), idOf(fix)],
    },
  ];
}

function warning(): readonly Json[] {
  return [
    {
      ...common("note", 60, "KZ", "red"),
      abstract: "Warning to one state",
      content: "The same credentials were tried against a body of yours on 30 October, from 192.0.2.17.",
      object_refs: [idOf(demoStates[1]?.identity ?? {})],
    },
  ];
}

export const demoContributions: readonly DemoContribution[] = [
  { by: "KZ", collection: "threat-reports", name: "incident-report", objects: incidentReport() },
  { by: "TR", collection: "best-practices", name: "best-practice", objects: bestPractice() },
  { by: "IN", collection: "public", name: "advisory", objects: advisory() },
  { by: "KZ", collection: "threat-reports", name: "warning-to-tr", to: "TR", objects: warning() },
];
