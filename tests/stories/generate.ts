// Makes a history from a seed: who joins, what each shares, what each contributes, takes back and asks for. It follows the
// oracle, to let the states echo what they have and version what is theirs; the exchange is not asked.
import { nonEmpty, Random, some } from "../harness/random.ts";
import { isDefinition, ladder } from "../harness/oracle-readings.ts";
import type { OraclePolicy, OracleRule } from "../harness/oracle-rules.ts";
import type { Viewer } from "../harness/oracle-view.ts";
import { Oracle } from "../harness/oracle.ts";
import { labels, ObjectMaker } from "./generate-objects.ts";
import {
  codes,
  collections,
  commons,
  type History,
  identityOf,
  isOfSco,
  lengthOf,
  type Step,
  tellStep,
} from "./history.ts";

/** What rules take away: some of it STIX requires of some types, some stands in few objects. */
const redactions = [
  "/name",
  "/description",
  "/labels",
  "/labels/*",
  "/labels/0",
  "/labels/1",
  "/confidence",
  "/created_by_ref",
  "/object_refs/0",
  "/source_ref",
  "/content",
] as const;

export interface Kind {
  readonly contributions: number;
  /** How many of the five reaches of each state ask; the red one always does. */
  readonly reaches: number;
}

export function generateHistory(seed: number, kind: Kind): History {
  return new Generator(seed, kind).history;
}

class Generator {
  readonly history: History;
  readonly #dice: Random;
  readonly #oracle: Oracle;
  readonly #steps: Step[] = [];
  readonly #joined: string[] = [];
  readonly #suspended = new Set<string>();
  readonly #make: ObjectMaker;
  readonly #viewers: readonly Viewer[];
  #now = Date.UTC(2027, 0, 1) * 1000;

  constructor(seed: number, { contributions, reaches }: Kind) {
    this.#dice = new Random(seed);
    this.#oracle = new Oracle(this.#now, commons);
    this.#make = new ObjectMaker(this.#dice, this.#oracle, this.#joined);
    this.#viewers = [
      { state: "secretariat", most: "red" },
      ...codes.flatMap((state): Viewer[] => {
        const others = shuffled(this.#dice, ladder.slice(0, 4)).slice(0, reaches - 1);
        return [{ state, most: "red" }, ...others.map((most): Viewer => ({ state, most }))];
      }),
    ];
    this.#write(contributions);
    this.history = { seed, viewers: this.#viewers, steps: this.#steps };
  }

  #write(contributions: number): void {
    const dice = this.#dice;
    const suspensions = [0.4, 0.85].filter(() => dice.chance(0.6)).map((part) => Math.floor(contributions * part));
    for (const state of codes.slice(0, 4)) this.#join(state);
    for (const state of codes.slice(0, 4)) this.#policy(state);
    for (let n = 0; n < contributions; n += 1) {
      if (n === Math.floor(contributions * 0.3)) {
        this.#join("AZ");
        this.#policy("AZ");
      }
      if (suspensions.includes(n)) {
        const state = dice.pick(this.#active());
        this.#suspended.add(state);
        this.#step({ act: "suspend", state });
      }
      if (dice.chance(0.12)) this.#step({ act: "pass", hours: 1 + dice.below(14) });
      if (dice.chance(0.06)) this.#policy(dice.pick(this.#active()));
      if (dice.chance(0.08)) this.#recall();
      this.#contribute();
      if (dice.chance(0.8)) this.#poll();
    }
    this.#step({ act: "pass", hours: 1 + dice.below(14) });
  }

  #step(step: Step): void {
    this.#now += step.act === "pass" ? lengthOf(step) : 1_000_000;
    this.#steps.push(step);
    tellStep(this.#oracle, step, this.#now);
  }

  #active(): string[] {
    return this.#joined.filter((code) => !this.#suspended.has(code));
  }

  #join(state: string): void {
    this.#joined.push(state);
    this.#step({ act: "join", state });
  }

  #poll(): void {
    const viewer = this.#dice.pick(this.#viewers);
    const isThere = viewer.state === "secretariat" || this.#active().includes(viewer.state);
    if (isThere) this.#step({ act: "poll", viewer, collection: this.#dice.pick(collections) });
  }

  #recall(): void {
    const state = this.#dice.pick(this.#active());
    const own = this.#oracle.items.filter((item) => item.by === state && !item.recalled && !isDefinition(item.object));
    if (own.length === 0) return;
    const { collection, id, version } = this.#dice.pick(own);
    const isWhole = this.#dice.chance(0.6) || isOfSco(id);
    this.#step({ act: "recall", state, collection, id, ...(isWhole ? {} : { version }) });
  }

  #contribute(): void {
    const dice = this.#dice;
    const state = dice.pick(this.#active());
    const collection = dice.pick(collections);
    const others = this.#joined.filter((other) => other !== state);
    const objects = this.#make.envelope(state, collection);
    const to = dice.chance(0.15) ? nonEmpty(some(dice, others, 0.4), dice.pick(others)) : undefined;
    this.#step({ act: "contribute", state, collection, objects, ...(to === undefined ? {} : { to }) });
  }

  // ------------------------------------------------------------------------------------------------- the policies

  #policy(state: string): void {
    this.#step({ act: "policy", state, policy: this.#makePolicy(state) });
  }

  #makePolicy(code: string): OraclePolicy {
    const dice = this.#dice;
    const others = this.#joined.filter((other) => other !== code);
    const rules: OracleRule[] = [
      { name: "region-wide", share: ["all"], when: { tlp: dice.pick(["green", "green", "amber"] as const) } },
      { name: "as I said", share: ["named"], when: { tlp: "red" } },
    ];
    for (let n = 1 + dice.below(4); n > 0; n -= 1) {
      const parties = some(dice, ["all", "group:near", "named", "secretariat", ...others], 0.3);
      rules.push({
        name: `share ${n}`,
        share: nonEmpty(parties, dice.pick(others)),
        ...(dice.chance(0.3) ? { except: [dice.pick(["group:near", ...others])] } : {}),
        when: this.#condition(code),
        ...(dice.chance(0.3) ? { after: dice.pick(["PT6H", "PT12H", "P1D"]) } : {}),
        ...(dice.chance(0.3) ? { until: dice.pick(["P2D", "P3D", "P5D"]) } : {}),
        ...(dice.chance(0.35) ? { redact: nonEmpty(some(dice, redactions, 0.15), dice.pick(redactions)) } : {}),
      });
    }
    for (let n = dice.below(3); n > 0; n -= 1)
      rules.push({
        name: `withhold ${n}`,
        withhold: dice.chance(0.15) ? ["all"] : [dice.pick(["group:near", ...others])],
        ...(dice.chance(0.3) ? { except: [dice.pick(others)] } : {}),
        when: dice.pick<NonNullable<OracleRule["when"]>>([
          { label: dice.pick(labels) },
          { type: dice.pick(["malware", "incident", "domain-name"]) },
          { tlp: dice.pick(["amber", "amber+strict", "red"] as const) },
          { tlp: [dice.pick(["green", "amber", "red"] as const)] },
          { collection: dice.pick(collections), type: "indicator" },
        ]),
      });
    return {
      unmarked: dice.chance(code === "IN" ? 0.8 : 0.1)
        ? "refuse"
        : dice.pick(["clear", "green", "green", "amber", "red"] as const),
      groups: { near: some(dice, others, 0.5) },
      rules: dice.chance(0.5) ? rules : rules.reverse(),
    };
  }

  #condition(code: string): NonNullable<OracleRule["when"]> {
    const dice = this.#dice;
    return {
      ...(dice.chance(0.7)
        ? { tlp: dice.chance(0.7) ? dice.pick(ladder) : nonEmpty(some(dice, ladder, 0.4), "green" as const) }
        : {}),
      ...(dice.chance(0.15)
        ? {
            collection: dice.chance(0.5)
              ? dice.pick(collections)
              : nonEmpty(some(dice, collections, 0.5), "public" as const),
          }
        : {}),
      ...(dice.chance(0.15)
        ? { type: nonEmpty(some(dice, ["indicator", "malware", "report", "ipv4-addr", "relationship"], 0.6), "report") }
        : {}),
      ...(dice.chance(0.1) ? { label: dice.pick(labels) } : {}),
      ...(dice.chance(0.08) ? { confidence: { min: dice.below(60), max: 60 + dice.below(40) } } : {}),
      ...(dice.chance(0.06) ? { "created-by": identityOf(code).id } : {}),
    };
  }
}

function shuffled<T>(dice: Random, list: readonly T[]): T[] {
  return list
    .map((one) => ({ one, at: dice.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
