// What cedar.ts's policies are asked: a world and a question as Cedar's entities and context.

import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import type { Json } from "../../src/encoding/json.ts";
import { type CedarPolicy, lengthOf } from "./cedar.ts";
import {
  at,
  type Contributed,
  type Interval,
  isDefinition,
  levelsByStrictness,
  type Member,
  type Question,
  type World,
} from "./world.ts";

export interface CedarAnswer {
  readonly offered: boolean;
  readonly whole: boolean;
  readonly readable: boolean;
  /** The policies that decided on offering it. */
  readonly reasons: readonly CedarPolicy[];
}

export interface Prepared {
  readonly policies: readonly CedarPolicy[];
  /** The attributes that they ask for; it takes long to tell Cedar of others, too. */
  readonly asked: ReadonlySet<string>;
}

/** Readies Cedar to be asked by these policies, until it is readied for others. */
export function prepare(policies: readonly CedarPolicy[]): Prepared {
  const text = policies.map((policy) => policy.text).join("\n");
  const parsed = cedar.preparsePolicySet("ours", { staticPolicies: text });
  if (parsed.type === "failure") throw new Error(parsed.errors.map(({ message }) => message).join("; "));
  return { policies, asked: new Set(text.match(/(?<=\.|\bhas )[a-z]\w*/gi)) };
}

type Value = cedar.CedarValueJson;
type Uid = cedar.TypeAndId;

/** What Cedar says by the policies that it was readied for. What is not offered is not asked about further. */
export function ask({ policies, asked }: Prepared, world: World, question: Question): CedarAnswer {
  const request = requestOf(world, question, asked);
  const decide = (action: string): { readonly isAllowed: boolean; readonly reasons: readonly CedarPolicy[] } => {
    const answer = cedar.statefulIsAuthorized({
      ...request,
      action: { type: "Action", id: action },
      preparsedPolicySetId: "ours",
    });
    if (answer.type === "failure") throw new Error(answer.errors.map(({ message }) => message).join("; "));
    const { decision, diagnostics } = answer.response;
    // A policy that fails decides nothing, and nothing would tell.
    for (const { error, policyId } of diagnostics.errors) throw new Error(`${policyId}: ${error.message}`);
    const reasons = diagnostics.reason.map((id) => at(policies, Number(id.slice("policy".length))));
    return { isAllowed: decision === "allow", reasons };
  };
  const offer = decide("offer");
  const [whole, readable] = ["whole", "read"].map((action) => offer.isAllowed && decide(action).isAllowed);
  return { offered: offer.isAllowed, whole: whole === true, readable: readable === true, reasons: offer.reasons };
}

function requestOf(
  world: World,
  question: Question,
  asked: ReadonlySet<string>,
): Omit<cedar.StatefulAuthorizationCall, "action" | "preparsedPolicySetId"> {
  const { policy, instruction, contributedAt, objects, members } = world;
  const [owner, recipient] = [at(members, 0), at(members, question.recipient)];
  const decided = at(objects, question.object);
  const marks = inherited(world);
  const { reach, cleared } = question.client;
  const resource: Uid = { type: "Object", id: "decided" };
  const wanted = (facts: Facts): Facts => Object.fromEntries(Object.entries(facts).filter(([name]) => asked.has(name)));
  // Withholds alone ask about the other objects, circles alone about the owner.
  const withholds = policy.rules.some(({ withhold }) => withhold !== undefined);
  const together = [...objects.entries()].filter(([, object]) => withholds && !isDefinition(object));
  const entities: cedar.Entities = [
    ...[...new Set(world.circles === null ? [recipient] : [owner, recipient])].map((member) => partyOf(world, member)),
    {
      uid: resource,
      attrs: wanted({ ...factsOf(decided, world, marks), ...factsNow(decided, world, marks) }),
      parents: [],
    },
    ...together.map(([n, object]) => ({
      uid: { type: "Object", id: String(n) },
      attrs: wanted({ ...factsOf(object, world, marks), ...laterOf("Then", laterThenOf(object, world, marks)) }),
      parents: [],
    })),
  ];
  const speaking = objects.filter(({ object: { type } }) => type === "report" || type === "incident").map(saidBy);
  const durations = [policy.retain, ...policy.rules.flatMap(({ after, until }) => [after, until])];
  const inMonths = durations.filter((one) => one !== undefined && lengthOf(one).months > 0) as readonly string[]; // none is undefined
  const calendar = (from: number): Value => Object.fromEntries(inMonths.map((one) => [one, addedTo(from, one)]));
  const { first } = decided;
  const context: Facts = {
    now: world.at,
    contributedAt,
    first,
    calendar: { first: calendar(first), contributedAt: calendar(contributedAt) },
    collection: world.collection,
    client: { reach: reaches.indexOf(reach), cleared },
    confirming: world.confirmed !== null,
    spoken: {
      labels: speaking.flatMap(({ labels }) => labels),
      sectors: speaking.flatMap(({ sectors }) => sectors),
      severities: speaking.flatMap(({ severities }) => severities),
      exercise: instruction.exercise === true || speaking.some(({ exercise }) => exercise),
    },
    reduced: instruction.as === "unattributed" || (instruction.redact ?? []).length > 0,
    ...(instruction.to === undefined ? {} : { to: [...instruction.to] }),
    ...(instruction["not-to"] === undefined ? {} : { notTo: [...instruction["not-to"]] }),
    ...(instruction.after === undefined ? {} : { after: addedTo(first, instruction.after) }),
    ...(instruction.until === undefined ? {} : { until: addedTo(first, instruction.until) }),
  };
  return { principal: uidOf(recipient), resource, context: wanted(context), entities };
}

const types = {
  state: "State",
  secretariat: "Office",
  exchange: "Exchange",
  public: "Anyone",
  unattributed: "Masked",
} as const;

const reaches = ["public", "community", "customers", "organisation"];

function uidOf({ kind, code }: Member): Uid {
  return { type: types[kind], id: code };
}

const covers = ({ from, until }: Interval, time: number): boolean => from <= time && (until === null || until > time);

/** Where it takes part or took part: the exchange, and circles. */
function placesIn({ circles }: World, member: Member): readonly (readonly [name: string, readonly Interval[]])[] {
  const entered = Object.entries(circles ?? {}).map(
    ([name, codes]) => [`circle:${name}`, codes[member.code] ?? []] as const,
  );
  return [["exchange", member.intervals], ...entered];
}

function partyOf(world: World, member: Member): cedar.EntityJson {
  const places = placesIn(world, member);
  const joined = places.flatMap(([name, intervals]) => {
    const now = intervals.find((one) => covers(one, world.at));
    return now === undefined ? [] : [[name, now.from] as const];
  });
  const groups = Object.entries(world.policy.groups).filter(([, codes]) => codes.includes(member.code));
  const [confirmed, lapses] = [world.confirmed, world.unsigned].map((times) => times?.[member.code]);
  return {
    uid: uidOf(member),
    attrs: {
      code: member.code,
      joined: Object.fromEntries(joined),
      ...(confirmed === undefined ? {} : { confirmed }),
      ...(lapses === undefined ? {} : { lapses }),
    },
    parents: [
      ...groups.map(([id]) => ({ type: "Group", id })),
      ...places.flatMap(([id, intervals]) => [
        ...(intervals.some((one) => covers(one, world.contributedAt)) ? [{ type: "Then", id }] : []),
        ...(intervals.some((one) => covers(one, world.at)) ? [{ type: "Now", id }] : []),
      ]),
    ],
  };
}

type Marks = readonly { readonly level: number | null; readonly nameless: boolean }[];

/** What each object has or inherits: which unmarked objects hang together, found by joining until nothing changes. */
function inherited({ objects }: World): Marks {
  const refers = (one: Contributed, other: Contributed): boolean => one.references.includes(other.object.id);
  const isJoined = (one: Contributed, other: Contributed): boolean =>
    !isDefinition(one) && !isDefinition(other) && (refers(one, other) || refers(other, one));
  const parts = objects.map((_, place) => place);
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const [i, one] of objects.entries()) {
      for (const [j, other] of objects.entries()) {
        if (one.marking !== null || other.marking !== null || !isJoined(one, other)) continue;
        const [mine, its] = [at(parts, i), at(parts, j)];
        if (mine <= its) continue;
        parts[i] = its;
        isChanged = true;
      }
    }
  }
  return objects.map((object, place) => {
    if (object.marking !== null) return { level: rank(object.marking), nameless: object.nameless };
    const part = objects.filter((one, i) => one.marking === null && parts[i] === parts[place]);
    const around = objects.filter((one) => one.marking !== null && part.some((other) => isJoined(one, other)));
    const levels = around.map(({ marking }) => rank(marking ?? "red"));
    const nameless = [...part, ...around].some((one) => one.nameless);
    return { level: levels.length === 0 ? null : Math.max(...levels), nameless };
  });
}

type Facts = Record<string, Value>;

/** What is asked of the object that is decided on and of those that came with it. */
function factsOf(contributed: Contributed, world: World, marks: Marks): Facts {
  const { object, personal, authors, affected } = contributed;
  const { level } = at(marks, world.objects.indexOf(contributed));
  const { confidence, created_by_ref: createdBy } = object;
  return {
    type: object.type,
    marking: level ?? -1,
    ...saidBy(contributed),
    ...(typeof confidence === "number" ? { confidence } : {}),
    ...(typeof createdBy === "string" ? { createdBy } : {}),
    ...(personal === undefined ? {} : { personal }),
    ...(authors === undefined ? {} : { authors: [...authors] }),
    ...(affected === undefined ? {} : { affected: [...affected] }),
  };
}

/** What is asked of the object that is decided on alone. */
function factsNow(contributed: Contributed, world: World, marks: Marks): Facts {
  const { object, laterNow, earlier, unmasked } = contributed;
  const ranks = laterNow.map((level) => (level === null ? null : rank(level)));
  return {
    ...laterOf("Now", ranks),
    unmasked: [...unmasked],
    ...(object["revoked"] === true ? { awaitedBy: [...earlier] } : {}),
    nameless: at(marks, world.objects.indexOf(contributed)).nameless,
    hasMarkedParts: JSON.stringify(object["granular_markings"] ?? []).includes('"marking_ref"'),
  };
}

/** The strictest level of the latest version, -1 where it is none; null among them: it is unmarked. */
function laterOf(time: "Then" | "Now", ranks: readonly (number | null)[]): Facts {
  return {
    [`later${time}`]: Math.max(-1, ...ranks.map((one) => one ?? -1)),
    [`laterUnmarked${time}`]: ranks.includes(null),
  };
}

const rank = (level: string): number => levelsByStrictness.findIndex((one) => one === level);

/** Levels of the latest version as it was when this was contributed; null: unmarked. */
function laterThenOf({ object, laterThen }: Contributed, { objects }: World, marks: Marks): readonly (number | null)[] {
  const stored = laterThen.map((level) => (level === null ? null : rank(level)));
  const together = [...objects.entries()].filter(([, one]) => one.object.id === object.id);
  const newest = together.toSorted(([, one], [, other]) => other.version - one.version)[0];
  if (newest === undefined || newest[1].object === object) return stored;
  return [...stored, at(marks, newest[0]).level];
}

/** What the object says of itself, in a property or an extension. */
function saidBy({ object }: Contributed): {
  labels: string[];
  sectors: string[];
  severities: string[];
  exercise: boolean;
} {
  const extensions = Object.values((object["extensions"] ?? {}) as { readonly [name: string]: Json }); // random-worlds.ts makes them so
  const bodies = [object, ...extensions] as readonly { readonly [name: string]: Json | undefined }[]; // as above
  const words = (values: readonly (Json | undefined)[]): string[] =>
    values.flat().filter((value) => typeof value === "string");
  return {
    labels: words([object["labels"]]),
    sectors: words(bodies.map((body) => body["sectors"])),
    severities: words(bodies.map((body) => body["severity"])),
    exercise: bodies.some((body) => body["exercise"] === true),
  };
}

function addedTo(from: number, duration: string): number {
  const { months, micros } = lengthOf(duration);
  const ofMillisecond = from % 1000;
  const date = new Date((from - ofMillisecond) / 1000);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + months);
  // A month that lacks the day ran over into the next: back to its last day.
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return date.getTime() * 1000 + ofMillisecond + micros;
}
