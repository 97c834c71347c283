// The parties, policies, facts and contributions that the tests of this room speak of, each with only what a case is about.

import type { Json } from "../../src/encoding/json.ts";
import type { Interval, Party } from "../../src/directory/state.ts";
import type { ContributionFacts, Facts } from "../../src/policy/facts.ts";
import { profilesOf } from "../../src/policy/facts.ts";
import { parseInstruction } from "../../src/policy/instruction.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
import type { Policy } from "../../src/policy/policy.ts";

export const day = 86_400_000_000;
/** 2026-11-24T00:00:00Z; contributions are made then unless a case says otherwise. */
export const contributedAt = 1_795_478_400_000_000;
export const since: readonly Interval[] = [{ from: 0, until: null }];

export const stateCodes: readonly string[] = ["AZ", "IN", "KG", "KZ", "TR", "UZ", "XX", "YY"];

/** The circles that KZ belongs to. */
export const circles: readonly string[] = ["bay", "ring"];

export function partyOf(code: string, intervals: readonly Interval[] = since): Party {
  const kind = code === "secretariat" || code === "exchange" ? code : "state";
  const n = kind === "exchange" ? 1 : kind === "secretariat" ? 2 : 3 + stateCodes.indexOf(code);
  return { n, code, kind, name: { en: code, ru: code, kk: code }, identities: [], intervals };
}

/** KZ contributes; everybody else may receive. */
export const owner = partyOf("KZ");
export const everybody: readonly Party[] = [...stateCodes, "secretariat", "exchange"].map((code) => partyOf(code));

/** A policy of these rules; each is named after its place unless it has a name. */
export function policyOf(
  rules: readonly { readonly [key: string]: Json }[],
  rest: { readonly [key: string]: Json } = {},
): Policy {
  const named = rules.map((rule, place) => ({ name: `rule ${place + 1}`, ...rule }));
  const context = { states: stateCodes, circles };
  return parsePolicy({ unmarked: "amber", rules: named, ...rest }, context);
}

export const plain: Facts = {
  id: "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
  type: "indicator",
  level: "green",
  inherited: null,
  labels: [],
  sectors: [],
  severities: [],
  exercise: false,
  confidence: null,
  createdBy: null,
  granular: false,
  unattributed: false,
  revoked: false,
};

export function contributionOf(
  facts: readonly Facts[],
  rest: { readonly instruction?: Json } & Partial<Omit<ContributionFacts, "instruction" | "profiles">> = {},
): ContributionFacts {
  const { instruction, ...others } = rest;
  return {
    by: "KZ",
    collection: "threat-reports",
    at: contributedAt,
    context: { labels: [], sectors: [], severities: [], exercise: false },
    ...others,
    instruction: instruction === undefined ? null : parseInstruction(instruction, stateCodes),
    profiles: profilesOf(facts.map((one) => ({ facts: one, latestLevel: null }))),
  };
}
