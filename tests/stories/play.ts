// Plays a history on an exchange and tells it to the oracle, step by step. What each client polls on the way is compared at
// once; what all can pull in the end is held against the oracle on every route.
import { expect } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import { type EngineKind, openTestEngine } from "../harness/engines.ts";
import { openTestExchange, type TestClient, type TestExchange } from "../harness/exchange.ts";
import { type Level, versionOf } from "../harness/oracle-readings.ts";
import type { Viewer } from "../harness/oracle-view.ts";
import { Oracle } from "../harness/oracle.ts";
import { Random } from "../harness/random.ts";
import { Asking, type Seat } from "./asking.ts";
import { compare, Disagreement, isCommon } from "./compare.ts";
import { DerivedIds, type Held, hold, parted } from "./compare-derived.ts";
import { collections, commons, type History, identityOf, isOfSco, lengthOf, type Step, tellStep } from "./history.ts";
import { verifyFeeds } from "./verify-feeds.ts";

type Act<A extends Step["act"]> = Extract<Step, { act: A }>;

export interface StatusBody {
  readonly id: string;
  readonly status: string;
  readonly total_count: number;
  readonly successes?: readonly { readonly id: string; readonly version: string }[];
  readonly failures?: readonly { readonly id: string; readonly version: string; readonly message?: string }[];
}

/** What a client registers to see as much as a viewer, and no more. */
const registrationOf: Readonly<Record<Level, Record<string, Json>>> = {
  red: { reach: "organisation", cleared: true },
  "amber+strict": { reach: "organisation" },
  amber: { reach: "customers" },
  green: { reach: "community" },
  clear: { reach: "public" },
};

/** @returns the oracle as it ended, and how many objects were pulled and compared @throws {Disagreement} */
export async function playHistory(kind: EngineKind, history: History): Promise<Play> {
  const test = await openTestEngine(kind);
  try {
    const play = new Play(history, await openTestExchange(test.engine));
    await play.run();
    return play;
  } finally {
    await test.close();
  }
}

export class Play {
  readonly oracle: Oracle;
  compared = 0;
  readonly #history: History;
  readonly #host: TestExchange;
  readonly #asking: Asking;
  readonly #derived: DerivedIds;
  readonly #dice: Random;
  readonly #stewards = new Map<string, TestClient>();
  readonly #contributors = new Map<string, Seat>();
  readonly #seats: Seat[] = [];
  readonly #suspended = new Set<string>();
  readonly #pollers = new Map<string, { after: string | null; event: number; held: Held }>();
  readonly #statuses: { readonly seat: Seat; readonly id: string; readonly text: string }[] = [];

  constructor(history: History, host: TestExchange) {
    this.#history = history;
    this.#host = host;
    this.#dice = new Random(history.seed);
    this.oracle = new Oracle(host.clock.now(), commons);
    this.#asking = new Asking(this.oracle, this.#dice);
    this.#derived = new DerivedIds(this.oracle);
  }

  async run(): Promise<void> {
    for (const viewer of this.#viewersOf("secretariat")) {
      const registration = { party: "secretariat", role: "analyst", ...registrationOf[viewer.most] };
      const { secretariat } = this.#host;
      this.#seats.push({
        viewer,
        client: await this.#host.addClient(secretariat, "secretariat-analyst", registration),
      });
    }
    for (const [i, step] of this.#history.steps.entries())
      try {
        await this.#play(step);
      } catch (cause) {
        if (cause instanceof Disagreement) cause.message = `at step ${i}: ${cause.message}`;
        throw cause;
      }
    for (const seat of this.#seats)
      if (!this.#suspended.has(seat.viewer.state)) {
        for (const collection of collections) await this.#poll(seat, collection);
        await verifyFeeds(this.#asking, this.oracle, this.#derived, this.#dice, seat);
      }
    await this.#verifyStatuses();
  }

  #viewersOf(state: string): readonly Viewer[] {
    return this.#history.viewers.filter((viewer) => viewer.state === state);
  }

  #tell(step: Step): ReturnType<typeof tellStep> {
    return tellStep(this.oracle, step, this.#host.clock.now());
  }

  /** A step that lost what it stands on, since the history was made smaller, is left out. */
  async #play(step: Step): Promise<void> {
    switch (step.act) {
      case "join":
        return this.#join(step);
      case "pass":
        return this.#pass(step);
      case "poll": {
        const { state, most } = step.viewer;
        const seat = this.#seats.find(({ viewer }) => viewer.state === state && viewer.most === most);
        if (seat !== undefined && !this.#suspended.has(state)) await this.#poll(seat, step.collection);
        return;
      }
      default:
        if (!this.#stewards.has(step.state) || this.#suspended.has(step.state)) return;
        if (step.act === "suspend") return this.#suspend(step);
        if (step.act === "policy") return this.#setPolicy(step);
        if (step.act === "recall") return this.#recall(step);
        return this.#contribute(step);
    }
  }

  /** What is due begins and ends on a tick and before a page is read: somebody reads. */
  async #pass(step: Act<"pass">): Promise<void> {
    this.#host.clock.advance(lengthOf(step));
    this.#tell(step);
    const seat = this.#seats.find(({ viewer }) => !this.#suspended.has(viewer.state));
    if (seat !== undefined) await this.#asking.get(seat, `/api/collections/${collections[0]}/manifest/?limit=1`);
  }

  async #join(step: Act<"join">): Promise<void> {
    const { secretariat, addClient } = this.#host;
    const { state } = step;
    const name = { en: state, ru: state, kk: state };
    const identities = [identityOf(state)];
    expect(await secretariat.json("POST", "/v1/states", { code: state, name, identities })).toMatchObject({
      status: 201,
    });
    this.#tell(step);
    const steward = await addClient(secretariat, `${state}-steward`, { party: state, role: "steward" });
    this.#stewards.set(state, steward);
    const contributor = await addClient(steward, `${state}-contributor`, { role: "contributor", cleared: true });
    this.#contributors.set(state, { viewer: { state, most: "red" }, client: contributor });
    for (const viewer of this.#viewersOf(state)) {
      const registration = { role: "analyst", ...registrationOf[viewer.most] };
      const id = `${state}-${viewer.most.replace("+", "-")}`;
      this.#seats.push({ viewer, client: await addClient(steward, id, registration) });
    }
  }

  async #suspend(step: Act<"suspend">): Promise<void> {
    this.#suspended.add(step.state);
    const answer = await this.#host.secretariat.json("POST", `/v1/states/${step.state}/suspend`);
    expect(answer.status).toBe(200);
    this.#tell(step);
  }

  async #setPolicy(step: Act<"policy">): Promise<void> {
    const { policy } = step;
    const named = [
      ...policy.rules.flatMap((rule) => [rule.share, rule.withhold, rule.except]),
      ...Object.values(policy.groups ?? {}),
    ];
    const states = named.flatMap((list) => list ?? []).filter((party) => /^[A-Z]{2}$/.test(party));
    if (!states.every((state) => this.#stewards.has(state))) return;
    const answer = await this.#stewards
      .get(step.state)
      ?.json("PUT", "/v1/policy", JSON.parse(JSON.stringify(policy)) as Json); // JSON is Json
    expect(answer, JSON.stringify(policy)).toMatchObject({ status: 200 });
    this.#tell(step);
  }

  async #recall(step: Act<"recall">): Promise<void> {
    const { state, collection, id, version } = step;
    const isThere = this.oracle.items.some(
      (item) =>
        item.by === state &&
        item.collection === collection &&
        item.id === id &&
        !item.recalled &&
        (version ?? item.version) === item.version,
    );
    if (!isThere) return;
    const query = version === undefined ? "" : `?match[version]=${version}`;
    const path = `/api/collections/${collection}/objects/${id}/${query}`;
    const answer = await this.#asking.request(this.#contributor(state), "DELETE", path);
    expect(answer.status, answer.text).toBe(200);
    this.#tell(step);
  }

  async #contribute(whole: Act<"contribute">): Promise<void> {
    const to = whole.to?.filter((state) => this.#stewards.has(state));
    if (to?.length === 0 || whole.objects.length === 0) return;
    const step = { ...whole, to };
    const { state, collection, objects } = step;
    const seat = this.#contributor(state);
    const at = this.#host.clock.now();
    const answer =
      to === undefined
        ? await this.#asking.request(seat, "POST", `/api/collections/${collection}/objects/`, {
            body: JSON.stringify({ objects }),
            type: "application/taxii+json;version=2.1",
          })
        : await this.#asking.request(seat, "POST", "/v1/contributions", {
            body: JSON.stringify({ collection, instruction: { to }, objects }),
            type: "application/json",
          });
    expect(answer.status, answer.text).toBe(202);
    const outcomes = tellStep(this.oracle, step, at);
    const status = JSON.parse(answer.text) as StatusBody; // a status resource
    this.#statuses.push({ seat, id: status.id, text: answer.text });
    const told = (list: StatusBody["successes"]): string =>
      (list ?? [])
        .map(({ id, version }) => `${id} ${isOfSco(id) ? "" : version}`)
        .sort()
        .join("\n");
    const expected = (refused: boolean): string =>
      objects
        .filter((_, i) => (outcomes[i] === "refused") === refused)
        .map((object) => `${String(object["id"])} ${versionOf(object) ?? ""}`)
        .sort()
        .join("\n");
    expect(status).toMatchObject({ status: "complete", total_count: objects.length });
    if (told(status.failures) === expected(true) && told(status.successes) === expected(false)) return;
    throw new Disagreement(null, [
      `${state} contributed into ${collection} (event ${this.oracle.event}); expected to be refused:`,
      expected(true),
      "and were refused:",
      ...(status.failures ?? []).map(({ id, version, message }) => `${id} ${version}: ${message ?? ""}`),
    ]);
  }

  #contributor(state: string): Seat {
    const seat = this.#contributors.get(state);
    if (seat === undefined) throw new Error(`${state} has not joined.`);
    return seat;
  }

  /** What is new since the client asked last. */
  async #poll(seat: Seat, collection: string): Promise<void> {
    const { viewer } = seat;
    const key = `${viewer.state} ${viewer.most} ${collection}`;
    const before = this.#pollers.get(key) ?? { after: null, event: 0, held: new Map() };
    const query = before.after === null ? "" : `added_after=${before.after}`;
    const { objects, answers } = await this.#asking.pages(seat, `/api/collections/${collection}/objects/`, query);
    let { after } = before;
    for (const { headers } of answers) after = headers.get("X-TAXII-Date-Added-Last") ?? after;
    const { held } = before;
    this.#pollers.set(key, { after, event: this.oracle.event, held });
    const expected = this.oracle
      .releases(viewer, collection)
      .filter((release) => release.last && release.event > before.event);
    const pulled = objects.filter((object) => !isCommon(object));
    this.compared += pulled.length;
    const { whole, derived } = parted(this.oracle, pulled);
    const what = `a poll of ${collection} from event ${before.event}`;
    compare(this.oracle, viewer, whole, expected, what);
    this.#derived.inspect(viewer, derived, what);
    this.#derived.compare(viewer, collection, hold(held, derived), what);
  }

  async #verifyStatuses(): Promise<void> {
    for (const { seat, id, text } of this.#statuses) {
      if (this.#suspended.has(seat.viewer.state)) continue;
      const again = await this.#asking.get(seat, `/api/status/${id}/`);
      const { x_serai_receipt: _, ...now } = JSON.parse(again.text) as Record<string, Json>; // a status resource
      const { x_serai_receipt: __, ...then } = JSON.parse(text) as Record<string, Json>; // the same one
      expect(now).toEqual(then);
    }
  }
}
