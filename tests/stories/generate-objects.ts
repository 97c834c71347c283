// The objects of a history: fresh ones that refer to each other, SCOs that many send, a vendor's that many relay, new
// versions, echoes, and what has to be refused. What may be seen of each is found again by its canary.
import type { JsonObject } from "../../src/encoding/json.ts";
import { scoId } from "../../src/stix/sco-id.ts";
import { tlp, uuid } from "../harness/objects.ts";
import { isDefinition, ladder, stringsOf } from "../harness/oracle-readings.ts";
import type { Oracle } from "../harness/oracle.ts";
import { nonEmpty, type Random, some } from "../harness/random.ts";
import { collections, identityOf, isOfSco, stamp, tlp1, vendorIdentity } from "./history.ts";

export const labels = ["national-infrastructure", "phishing", "exercise-only"] as const;

export class ObjectMaker {
  readonly #dice: Random;
  readonly #oracle: Oracle;
  readonly #joined: readonly string[];
  readonly #scoExtras = new Map<string, number>();
  #serial = 0;
  #canary = 0;
  #anchors = 0;

  /** @param joined the states so far, which grow with the history */
  constructor(dice: Random, oracle: Oracle, joined: readonly string[]) {
    this.#dice = dice;
    this.#oracle = oracle;
    this.#joined = joined;
  }

  envelope(code: string, collection: string): JsonObject[] {
    const objects: JsonObject[] = [this.#fresh(code, [])];
    for (let n = this.#dice.below(5); n > 0; n -= 1) objects.push(this.#object(code, collection, objects));
    if (this.#dice.chance(0.04)) objects.push(this.#doubled(objects));
    return this.#dice.chance(0.08) ? this.#underStatement(code, objects) : objects;
  }

  /** One of them under a statement of its contributor's own, which comes along or came before. */
  #underStatement(code: string, objects: readonly JsonObject[]): JsonObject[] {
    const id = statementOf(code)["id"] ?? null;
    const i = this.#dice.below(objects.length);
    const object = objects[i] ?? {};
    const isOwn = !this.#oracle.items.some((item) => item.id === object["id"]);
    if (!isOwn || objects.some((other, k) => k !== i && other["id"] === object["id"])) return [...objects];
    const refs = [...stringsOf(object["object_marking_refs"]), id];
    const isThere = this.#oracle.items.some((item) => item.id === id);
    return [
      ...objects.with(i, { ...object, object_marking_refs: refs }),
      ...(isThere && this.#dice.chance(0.5) ? [] : [statementOf(code)]),
    ];
  }

  #object(code: string, collection: string, beside: readonly JsonObject[]): JsonObject {
    const draw = this.#dice.next();
    if (draw < 0.46) return this.#fresh(code, beside);
    if (draw < 0.5) return this.#invalid(this.#fresh(code, beside));
    if (draw < 0.62) return this.#sco(code);
    if (draw < 0.72) return this.#vendor();
    if (draw < 0.84) return this.#newVersion(code) ?? this.#fresh(code, beside);
    if (draw < 0.93) return this.#echo(code) ?? this.#fresh(code, beside);
    return this.#again(code, collection) ?? this.#fresh(code, beside);
  }

  #mark(): JsonObject {
    const draw = this.#dice.next();
    if (draw < 0.3) return {};
    if (draw < 0.35) return { object_marking_refs: [tlp.green, tlp.amber] };
    if (draw < 0.4) return { object_marking_refs: [this.#dice.pick(tlp1)] };
    return { object_marking_refs: [tlp[this.#dice.pick(ladder)]] };
  }

  #name(): string {
    this.#canary += 1;
    return `canary-${this.#canary}-`;
  }

  /** By what a version is found again where its name was taken away: no rule takes it. */
  #anchor(): string {
    this.#anchors += 1;
    return `anchor ${this.#anchors}`;
  }

  #fresh(code: string, beside: readonly JsonObject[]): JsonObject {
    const dice = this.#dice;
    this.#serial += 1;
    const types = [
      "indicator",
      "indicator",
      "malware",
      "report",
      "report",
      "relationship",
      "incident",
      "note",
    ] as const;
    const type = dice.pick(types);
    const own = identityOf(code).id;
    const author = dice.chance(0.03)
      ? identityOf(dice.pick(this.#joined)).id
      : dice.pick([own, own, vendorIdentity, null]);
    const object = {
      ...this.#body(type, uuid(this.#serial), beside),
      ...(author === null ? {} : { created_by_ref: author }),
      ...this.#labels(),
      ...(dice.chance(0.2) ? { confidence: dice.below(101) } : {}),
    };
    return { ...object, ...this.#mark(), ...this.#markParts(object) };
  }

  #labels(): JsonObject {
    const dice = this.#dice;
    if (!dice.chance(0.3)) return {};
    const list = [...(dice.chance(0.7) ? [dice.pick(labels)] : []), this.#name(), this.#name()];
    return { labels: list.slice(0, 1 + dice.below(3)) };
  }

  /** Parts of it marked: texts, items of lists, references. */
  #markParts(object: JsonObject): JsonObject {
    const dice = this.#dice;
    if (!dice.chance(0.15)) return {};
    const selectors = ["name", "description", "labels", "confidence", "object_refs", "content", "source_ref"].flatMap(
      (property) => {
        const value = object[property];
        if (value === undefined) return [];
        return Array.isArray(value) ? [property, ...value.map((_, i) => `${property}.[${i}]`)] : [property];
      },
    );
    const markings = Array.from({ length: 1 + dice.below(2) }, () => ({
      marking_ref: tlp[dice.pick(ladder)],
      selectors: nonEmpty(some(dice, selectors, 0.3), dice.pick(selectors)),
    }));
    return { granular_markings: markings };
  }

  #body(type: string, unique: string, beside: readonly JsonObject[]): JsonObject {
    const name = this.#name();
    const common = {
      type,
      spec_version: "2.1",
      id: `${type}--${unique}`,
      created: stamp(0),
      modified: stamp(10),
      x_anchor: this.#anchor(),
      ...(type !== "relationship" && this.#dice.chance(0.5) ? { description: this.#name() } : {}),
    };
    switch (type) {
      case "indicator":
        return {
          ...common,
          name,
          pattern: "[ipv4-addr:value = '198.51.100.1']",
          pattern_type: "stix",
          valid_from: stamp(0),
        };
      case "malware":
        return { ...common, name, is_family: false };
      case "report": {
        const refs = [this.#reference(beside), ...(this.#dice.chance(0.6) ? [this.#reference(beside)] : [])];
        return { ...common, name, published: stamp(0), object_refs: [...new Set(refs)] };
      }
      case "relationship":
        return {
          ...common,
          description: name,
          relationship_type: "related-to",
          source_ref: this.#end(beside),
          target_ref: this.#end(beside),
        };
      case "note":
        return { ...common, content: name, object_refs: [this.#reference(beside)] };
      default:
        return { ...common, name };
    }
  }

  #reference(beside: readonly JsonObject[]): string {
    const dice = this.#dice;
    const draw = dice.next();
    if (draw < 0.6 && beside.length > 0) return String(dice.pick(beside)["id"]);
    if (draw < 0.95 && this.#oracle.items.length > 0)
      return dice.pick(this.#oracle.items.filter(({ object }) => !isDefinition(object))).id;
    return `malware--${uuid(900_000 + dice.below(20))}`;
  }

  /** What a relationship may join: no relationships (STIX 2.1 §5.1). */
  #end(beside: readonly JsonObject[]): string {
    for (;;) {
      const id = this.#reference(beside);
      if (!id.startsWith("relationship--")) return id;
    }
  }

  /** Something that STIX requires of it is missing. */
  #invalid(object: JsonObject): JsonObject {
    const missing: Readonly<Record<string, string>> = {
      indicator: "pattern",
      malware: "is_family",
      report: "published",
      relationship: "relationship_type",
      incident: "name",
      note: "content",
    };
    const { [missing[String(object["type"])] ?? "name"]: _, ...rest } = object;
    return rest;
  }

  /** The same id and version with other content: neither is taken in. */
  #doubled(objects: readonly JsonObject[]): JsonObject {
    return { ...this.#dice.pick(objects), x_note: this.#name() };
  }

  #sco(code: string): JsonObject {
    const dice = this.#dice;
    const body: JsonObject = dice.chance(0.7)
      ? { type: "ipv4-addr", value: `203.0.113.${dice.below(8)}` }
      : { type: "domain-name", value: `d${dice.below(6)}.example` };
    const id = scoId(body) ?? "";
    const latest = this.#oracle.items.filter((item) => item.by === code && item.id === id).at(-1);
    // Bare (many states send the same bytes), as last time, or with extras that never were before.
    if (latest !== undefined && dice.chance(0.5)) return latest.object;
    if (latest === undefined && dice.chance(0.6)) return { ...body, spec_version: "2.1", id };
    const turn = (this.#scoExtras.get(id) ?? 0) + 1;
    this.#scoExtras.set(id, turn);
    return { ...body, spec_version: "2.1", id, x_note: this.#name(), ...this.#mark() };
  }

  /** A vendor's object: the same id and, for the same version and edition, the same content, whoever relays it. */
  #vendor(): JsonObject {
    const n = this.#dice.below(12);
    const version = this.#dice.below(3);
    const edition = this.#dice.chance(0.8) ? 0 : 1;
    const level = ([null, "clear", "green", "amber"] as const)[(n + version) % 4] ?? null;
    const body = n < 9 ? { type: "malware", is_family: true } : { type: "report", published: stamp(0) };
    return {
      ...body,
      spec_version: "2.1",
      id: `${body.type}--${uuid(800_000 + n)}`,
      created: stamp(0),
      modified: stamp(10 * (version + 1)),
      created_by_ref: vendorIdentity,
      name: `canary-vendor${n}v${version}e${edition}-`,
      x_anchor: `vendor ${n} v${version} e${edition}`,
      ...(n < 9 ? {} : { object_refs: [`malware--${uuid(800_000 + n - 9)}`] }),
      ...(level === null ? {} : { object_marking_refs: [tlp[level]] }),
    };
  }

  #newVersion(code: string): JsonObject | null {
    const own = this.#oracle.items.filter(
      (item) => item.by === code && isVersioned(item.object) && item.object["revoked"] !== true,
    );
    if (own.length === 0) return null;
    const { object_marking_refs: _, granular_markings: __, ...object } = this.#dice.pick(own).object;
    const property = object["type"] === "relationship" ? "description" : object["type"] === "note" ? "content" : "name";
    const named = {
      ...object,
      [property]: this.#name(),
      ...(object["description"] === undefined ? {} : { description: this.#name() }),
      x_anchor: this.#anchor(),
    };
    return {
      ...named,
      ...this.#markParts(named),
      modified: stamp(11 + this.#dice.below(300)),
      ...(this.#dice.chance(0.08) ? { revoked: true } : {}),
      ...this.#mark(),
    };
  }

  /** Something that some client of the state pulled, as it was or tampered with. */
  #echo(code: string): JsonObject | null {
    const viewer = { state: code, most: this.#dice.pick([...ladder, "red"] as const) };
    const here = this.#oracle.releases(viewer, this.#dice.pick(collections));
    const others = here.filter(({ item }) => item.by !== code && !isDefinition(item.object));
    if (others.length === 0) return null;
    const { object } = this.#dice.pick(others).item;
    return this.#dice.chance(0.85) || isOfSco(String(object["id"])) ? object : { ...object, confidence: 1 };
  }

  /** One's own again: as it was, into the same or another collection, or with other content. */
  #again(code: string, collection: string): JsonObject | null {
    const own = this.#oracle.items.filter((item) => item.by === code && isVersioned(item.object));
    const here = own.filter((item) => item.collection === collection);
    const from = this.#dice.chance(0.6) && here.length > 0 ? here : own;
    if (from.length === 0) return null;
    const { object } = this.#dice.pick(from);
    return this.#dice.chance(0.8) ? object : { ...object, confidence: 2 };
  }
}

function isVersioned(object: JsonObject): boolean {
  return object["modified"] !== undefined;
}

/** The same of a state each time: a companion has one version. */
function statementOf(code: string): JsonObject {
  return {
    type: "marking-definition",
    spec_version: "2.1",
    id: identityOf(code).id.replace("identity", "marking-definition"),
    created: stamp(0),
    name: `canary-statement${code.toLowerCase()}-`,
    definition_type: "statement",
    definition: { statement: `Said by ${code}` },
  };
}
