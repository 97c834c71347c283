// Whatever decide gives of a random contribution, no proof denies: contributions of several objects, with markings inherited or of
// later versions, parts marked, circles, times in between.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Claim } from "../../src/policy/claim.ts";
import { noConditions } from "../../src/policy/condition.ts";
import { decideAll, type HeardObject, type Hearing } from "../../src/policy/decide.ts";
import type { Decision } from "../../src/policy/decision.ts";
import { profilesOf } from "../../src/policy/facts.ts";
import { parseInstruction } from "../../src/policy/instruction.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
import { type Circles, publicParty, type Recipient } from "../../src/policy/parties.ts";
import { prove } from "../../src/policy/prove.ts";
import type { Question } from "../../src/policy/told-apart.ts";
import { circles, contributedAt, contributionOf, everybody, owner, since, stateCodes } from "./cast.ts";
import { circleMemberships, confirmations, heardObjects, instructions, policyDocuments, times } from "./random.ts";

const recipients: readonly Recipient[] = [...everybody, publicParty].filter(
  ({ kind, code }) => kind !== "exchange" && code !== "KZ",
);

const cases = fc.record({
  document: policyDocuments(),
  objects: fc.array(heardObjects, { minLength: 1, maxLength: 3 }),
  instruction: instructions,
  at: times,
  circles: circleMemberships,
  confirmed: confirmations,
});

/** As the exchange gathers facts: everything is looked for, and only some types are read for whom they affect. */
function possible({ facts, ...rest }: HeardObject): HeardObject {
  const { personal = false, authors = [], affected = [] } = facts;
  return { ...rest, facts: { ...facts, personal, authors, affected: facts.type === "indicator" ? affected : [] } };
}

/** Proofs take members as they are: whoever is one was one, and stays one. */
function lasting(memberships: Circles): Circles {
  return new Map(
    [...memberships].map(([name, members]) => [
      name,
      new Map([...members].filter(([, intervals]) => intervals === since)),
    ]),
  );
}

describe("a proof", () => {
  it("denies nothing that decide gives", () => {
    let given = 0;
    fc.assert(
      fc.property(cases, ({ document, instruction, at, ...rest }) => {
        const policy = parsePolicy(document, { states: stateCodes, circles });
        const objects = rest.objects.map(possible);
        const reports = objects.map(({ facts }) => facts).filter(({ type }) => type === "report");
        const parsed = parseInstruction(instruction, stateCodes);
        const context = {
          labels: reports.flatMap(({ labels }) => labels),
          sectors: reports.flatMap(({ sectors }) => sectors),
          severities: reports.flatMap(({ severities }) => severities),
          exercise: parsed?.exercise === true || reports.some(({ exercise }) => exercise),
        };
        const contribution = { ...contributionOf([]), instruction: parsed, context, profiles: profilesOf(objects) };
        const hearing: Hearing = {
          contribution,
          policy,
          owner,
          at,
          circles: lasting(rest.circles),
          confirmed: rest.confirmed,
        };
        const question: Question = { policy, owner: "KZ", states: stateCodes, at: contributedAt };
        const asked = new Set<string>();
        const denies = (claim: Claim): boolean => {
          const key = JSON.stringify(claim);
          if (asked.has(key)) return false;
          asked.add(key);
          return prove(claim, question).holds;
        };
        const decided = decideAll({ ...hearing, objects, recipients });
        decided.forEach((decisions, i) =>
          decisions.forEach((decision: Decision, j) => {
            const [object, recipient] = [objects[i], recipients[j]];
            if (!decision.offered || object === undefined || recipient === undefined) return;
            given += 1;
            const { facts } = object;
            const [label, sector, severity] = [
              [...facts.labels, ...context.labels],
              [...facts.sectors, ...context.sectors],
              [...facts.severities, ...context.severities],
            ].map(([first]) => (first === undefined ? null : [first]));
            const claim: Claim = {
              kind: "never",
              party:
                recipient.kind === "public" || recipient.kind === "secretariat"
                  ? { kind: recipient.kind }
                  : { kind: "state", code: recipient.code },
              when: {
                ...noConditions,
                type: [facts.type],
                tlp: [decision.level],
                collection: [contribution.collection],
                label: label ?? null,
                sector: sector ?? null,
                severity: severity ?? null,
                confidence: facts.confidence === null ? null : { min: facts.confidence, max: facts.confidence },
                createdBy: facts.createdBy === null ? null : [facts.createdBy],
                exercise: facts.exercise || context.exercise,
                personal: facts.personal ?? null,
              },
              as: decision.whole ? "whole" : decision.terms.unattributed ? "any" : "named",
            };
            expect(denies(claim)).toBe(false);
            const { basis } = decision;
            for (const rule of "rules" in basis ? basis.rules : [])
              expect(denies({ kind: "unused", rule })).toBe(false);
          }),
        );
      }),
      { numRuns: 150 * Number(process.env["PROOFS"] ?? 1) },
    );
    expect(given).toBeGreaterThan(50);
  });
});
