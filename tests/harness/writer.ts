// A contributor that never rests: new objects, new versions, references to its own and to others' objects, objects for named
// states, objects that a later version makes stricter. What it was answered goes into the ledger.
import type { Session } from "../../src/cli/session.ts";
import type { JsonObject } from "../../src/encoding/json.ts";
import { taxiiMediaType } from "../../src/taxii/media-type.ts";
import { parseStatus, type Status } from "../../src/taxii/status.ts";
import { collections, type State, states } from "./fault-cast.ts";
import type { Ledger, Sent, Thing } from "./ledger.ts";
import { indicator, later, malware, marked, relationship, report, type TlpLevel } from "./objects.ts";
import type { Random } from "./random.ts";

interface Own {
  readonly object: JsonObject & { readonly id: string };
  readonly thing: Thing;
  readonly collection: string;
  versions: number;
  /** Was or will be made stricter: nothing refers to it. */
  readonly narrowing: boolean;
}

let numbers = 0;

export class Writer {
  readonly state: State;
  readonly #session: Session;
  readonly #client: string;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #own: Own[] = [];

  constructor(state: State, session: Session, ledger: Ledger, random: Random) {
    this.state = state;
    this.#session = session;
    this.#client = session.file.client;
    this.#ledger = ledger;
    this.#random = random;
  }

  /** Sends one envelope. @throws what the request throws; the envelope is then open in the ledger */
  async write(): Promise<void> {
    const { envelope, owned } = this.#draft();
    this.#ledger.sent.push(envelope);
    await this.send(envelope);
    this.#own.push(...owned);
  }

  /** One envelope, in the ledger but not sent. */
  compose(): Sent {
    const { envelope } = this.#draft();
    this.#ledger.sent.push(envelope);
    return envelope;
  }

  /** Sends it, for the first time or again. */
  async send(envelope: Sent): Promise<Status> {
    const { path, type, body } = requestOf(envelope);
    const response = await this.#session.request("POST", path, { body, type, taxii: type === taxiiMediaType });
    const status = parseStatus(await response.text());
    const total = envelope.things.length;
    if (status.status !== "complete" || status.success_count !== total || status.failure_count > 0)
      this.#ledger.find(`${this.#client} was refused objects: ${JSON.stringify(status.failures)}`);
    if (status.x_serai_receipt === undefined) this.#ledger.find(`${this.#client} got no receipt`);
    envelope.fate = "in";
    envelope.receipt = status.x_serai_receipt ?? null;
    envelope.acknowledgedAt = performance.now();
    return status;
  }

  #draft(): { readonly envelope: Sent; readonly owned: readonly Own[] } {
    const collection = this.#random.chance(0.75) ? collections[0] : collections[1];
    const kind = this.#random.below(10);
    if (kind === 0) return this.#forNamed(collection);
    if (kind <= 2) return this.#version() ?? this.#fresh(collection);
    if (kind === 3) return this.#stricter() ?? this.#fresh(collection);
    if (kind <= 5) return this.#aboutOwn(collection) ?? this.#fresh(collection);
    if (kind === 6) return this.#aboutOthers(collection) ?? this.#fresh(collection);
    if (kind === 7) return this.#related(collection);
    return this.#fresh(collection);
  }

  #envelope(collection: string, things: readonly Thing[], to: readonly State[] | null = null): Sent {
    return {
      by: this.state,
      client: this.#client,
      collection,
      to,
      things,
      fate: "open",
      receipt: null,
      acknowledgedAt: 0,
    };
  }

  #level(): TlpLevel {
    return this.#random.pick(["clear", "green", "green", "green", "amber", "amber", "amber+strict"] as const);
  }

  #fresh(collection: string): { envelope: Sent; owned: readonly Own[] } {
    const narrowing = this.#random.chance(0.15);
    const owned = Array.from({ length: 1 + this.#random.below(4) }, (): Own => {
      const level = narrowing ? "green" : this.#level();
      const object = indicator((numbers += 1), level);
      return { object, thing: thingOf(object, level, []), collection, versions: 1, narrowing };
    });
    return {
      envelope: this.#envelope(
        collection,
        owned.map((own) => own.thing),
      ),
      owned,
    };
  }

  #forNamed(collection: string): { envelope: Sent; owned: readonly Own[] } {
    const others = states.filter((state) => state !== this.state);
    const to = [...new Set([this.#random.pick(others), this.#random.pick(others)])].sort();
    const object = indicator((numbers += 1), "red");
    return { envelope: this.#envelope(collection, [thingOf(object, "red", [])], to), owned: [] };
  }

  #version(): { envelope: Sent; owned: readonly Own[] } | null {
    return this.#next(
      (own) => !own.narrowing,
      (level) => level,
    );
  }

  #stricter(): { envelope: Sent; owned: readonly Own[] } | null {
    return this.#next(
      (own) => own.narrowing && own.versions === 1,
      () => "amber",
    );
  }

  #next(
    fits: (own: Own) => boolean,
    levelOf: (level: TlpLevel) => TlpLevel,
  ): { envelope: Sent; owned: readonly Own[] } | null {
    const candidates = this.#own.filter((own) => own.versions < 50 && fits(own));
    if (candidates.length === 0) return null;
    const own = this.#random.pick(candidates);
    const level = levelOf(own.thing.level);
    const object = later(own.object, own.versions, { ...marked(level), name: `Version ${own.versions}` });
    own.versions += 1;
    return { envelope: this.#envelope(own.collection, [thingOf(object, level, [])]), owned: [] };
  }

  /** A new family, an indicator of it, and that it is one; in one envelope, in any order. */
  #related(collection: string): { envelope: Sent; owned: readonly Own[] } {
    const [one, other, link] = [this.#level(), this.#level(), this.#level()];
    const family = malware((numbers += 1), one);
    const sign = indicator((numbers += 1), other);
    const between = relationship((numbers += 1), sign.id, family.id, link);
    const things = [thingOf(between, link, [sign.id, family.id]), thingOf(family, one, []), thingOf(sign, other, [])];
    return { envelope: this.#envelope(collection, things), owned: [] };
  }

  #aboutOwn(collection: string): { envelope: Sent; owned: readonly Own[] } | null {
    const known = this.#own.filter((own) => !own.narrowing);
    if (known.length === 0) return null;
    const first = this.#random.pick(known);
    // Both go to the same states, so that it goes whole or not at all: what is cut has an id that nobody can foretell.
    const alike = known.filter((own) => own.thing.level === first.thing.level);
    const refs = [...new Set([first, this.#random.pick(alike)].map((own) => own.object.id))];
    const level = this.#level();
    const object = report((numbers += 1), refs, level);
    return { envelope: this.#envelope(collection, [thingOf(object, level, refs)]), owned: [] };
  }

  /** Of what everybody has from others who were answered: this state has it, too. */
  #aboutOthers(collection: string): { envelope: Sent; owned: readonly Own[] } | null {
    const recent = this.#ledger.sent.slice(-60).filter((one) => one.receipt !== null && one.by !== this.state);
    const open = recent.flatMap((one) =>
      one.things.filter((thing) => thing.level === "clear" && thing.refs.length === 0),
    );
    if (open.length === 0) return null;
    const target = this.#random.pick(open).id;
    const level = this.#level();
    const sign = indicator((numbers += 1), level);
    const link = relationship((numbers += 1), sign.id, target, level);
    const things = [thingOf(sign, level, []), thingOf(link, level, [sign.id, target])];
    return { envelope: this.#envelope(collection, things), owned: [] };
  }
}

/** Over TAXII, or with an instruction over the exchange's own door. */
export function requestOf({ collection, to, things }: Sent): { path: string; type: string; body: string } {
  const objects = `"objects":[${things.map((thing) => thing.text).join(",")}]`;
  if (to === null)
    return { path: `/api/collections/${collection}/objects/`, type: taxiiMediaType, body: `{${objects}}` };
  const body = `{"collection":"${collection}","instruction":${JSON.stringify({ to })},${objects}}`;
  return { path: "/v1/contributions", type: "application/json", body };
}

function thingOf(object: JsonObject & { readonly id: string }, level: TlpLevel, refs: readonly string[]): Thing {
  return { id: object.id, version: String(object["modified"]), level, refs, text: JSON.stringify(object) };
}
