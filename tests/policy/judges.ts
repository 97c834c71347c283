// Asks the code that is tested what naive.test.ts and differential.test.ts ask everyone: a world in, decisions out, by each of
// its three doors.

import type { Party } from "../../src/directory/state.ts";
import { decide, decideAll, type HeardObject, type Hearing } from "../../src/policy/decide.ts";
import type { Decision } from "../../src/policy/decision.ts";
import { explain } from "../../src/policy/explain.ts";
import { type Attributes, gatherFacts, type LatestLevel, latestLevelOf } from "../../src/policy/facts.ts";
import { parseInstruction } from "../../src/policy/instruction.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
import { type Circles, publicParty, type Recipient, unattributedParty } from "../../src/policy/parties.ts";
import { mayRead } from "../../src/policy/reach.ts";
import { partyOf, plain } from "./cast.ts";
import type { Ruling } from "./naive.ts";
import { circleNames, states } from "./random-worlds.ts";
import { at, isDefinition, type Level, type Member, type Question, type World } from "./world.ts";

/** A world as the exchange would hold it. */
export interface Hall {
  readonly hearing: Hearing;
  /** In the order of the world's. */
  readonly objects: readonly HeardObject[];
  readonly recipients: readonly Recipient[];
}

export function hallOf(world: World): Hall {
  const { contributedAt, collection, circles, unsigned, confirmed, objects, members } = world;
  const policy = parsePolicy(world.policy, { states, circles: circleNames });
  const instruction = parseInstruction(world.instruction, states);
  const { contribution, facts } = gatherFacts(
    { by: "KZ", collection, at: contributedAt, instruction },
    objects.map(({ object, marking, nameless, references, laterThen, personal, authors, affected }, place) => {
      const versions = objects.filter((one) => one.object.id === object.id);
      const newest = versions.reduce((latest, one) => (one.version > latest.version ? one : latest));
      const latestIn = objects.indexOf(newest);
      return {
        object,
        level: marking,
        unattributed: nameless,
        references,
        latestLevel: latestOf(laterThen),
        ...(latestIn === place ? {} : { latestIn }),
        ...(personal === undefined ? {} : { personal }),
        ...(authors === undefined ? {} : { authors }),
        ...(affected === undefined ? {} : { affected }),
      };
    }),
  );
  const hearing: Hearing = {
    contribution,
    policy,
    owner: partyOf("KZ", at(members, 0).intervals),
    at: world.at,
    ...(circles === null ? {} : { circles: circlesOf(circles) }),
    ...(unsigned === null ? {} : { unsigned: new Map(Object.entries(unsigned)) }),
    ...(confirmed === null ? {} : { confirmed: new Map(Object.entries(confirmed)) }),
  };
  const heard = objects.map(({ first, laterNow, earlier, unmasked }, place): HeardObject => ({
    facts: at(facts, place),
    first,
    latestLevel: latestOf(laterNow),
    earlier: new Set(earlier),
    unmasked,
  }));
  return { hearing, objects: heard, recipients: members.map(recipientOf) };
}

function recipientOf({ kind, code, intervals }: Member): Recipient {
  if (kind === "public") return publicParty;
  return kind === "unattributed" ? unattributedParty : (partyOf(code, intervals) satisfies Party);
}

function latestOf(levels: readonly (Level | null)[]): LatestLevel | null {
  return latestLevelOf(levels.map((level): Attributes => ({ ...plain, level })));
}

function circlesOf(circles: NonNullable<World["circles"]>): Circles {
  return new Map(Object.entries(circles).map(([name, members]) => [name, new Map(Object.entries(members))]));
}

/** The decisions of every object for every recipient, `[object][recipient]`, each way that gives them all at once. */
export interface Given {
  readonly decideAll: readonly (readonly Decision[])[];
  readonly explain: readonly (readonly Decision[])[];
}

/** Of all that a policy decides on; definitions have no decisions. */
export function givenIn(world: World, { hearing, objects, recipients }: Hall): Given {
  const places = objects.map((_, place) => place).filter((place) => !isDefinition(at(world.objects, place)));
  const together = decideAll({ ...hearing, objects: places.map((place) => at(objects, place)), recipients });
  const of = (decided: (place: number) => readonly Decision[]): readonly (readonly Decision[])[] =>
    objects.map((_, place) => (places.includes(place) ? decided(place) : []));
  return {
    decideAll: of((place) => at(together, places.indexOf(place))),
    explain: of((place) => explain({ ...hearing, ...at(objects, place), recipients }).map(({ decision }) => decision)),
  };
}

/** By `decide`, by `explain`, and by `decideAll` with all objects and recipients of the world at once. */
export function rulingsOf(hall: Hall, given: Given, question: Question): readonly (readonly [who: string, Ruling])[] {
  const { hearing, objects, recipients } = hall;
  const object = at(objects, question.object);
  const decisions = {
    decide: decide({ ...hearing, ...object, recipient: at(recipients, question.recipient) }),
    decideAll: at(at(given.decideAll, question.object), question.recipient),
    explain: at(at(given.explain, question.object), question.recipient),
  };
  return Object.entries(decisions).map(([who, decision]) => [who, rulingOf(decision, hearing.at, question)]);
}

function rulingOf(decision: Decision, now: number, { client }: Question): Ruling {
  const { offered, terms, from, until, level, basis } = decision;
  return {
    offered,
    kind: basis.kind,
    rules: "rules" in basis ? basis.rules : [],
    level,
    reasons: basis.kind === "needs-rendition" ? basis.reasons : [],
    parts: decision.parts ?? null,
    ...(offered ? terms : { unattributed: false, redact: [] }),
    from,
    until,
    readable: offered && from <= now && mayRead(client, level),
  };
}

/** What is compared. Order of rules and of redactions means nothing, and of a no nothing is given. */
export function formatRuling(ruling: Ruling): string {
  const { rules, redact, from, until, offered, kind, level, reasons, unattributed, parts, readable } = ruling;
  const times = offered ? [from, until] : [];
  const given = { reasons, unattributed, redact: [...redact].sort(), parts, times, readable };
  return JSON.stringify({ offered, kind, rules: [...rules].sort(), level, ...given });
}
