// What was pulled under ids that nobody contributed, against what the oracle says is reduced for this viewer: each is a rendition
// of an object that the viewer has so, under an id that only its state knows and that stays the same; the last versions that are
// not revoked are just what stands so now.
import { formatCanonical } from "../../src/encoding/canonical-json.ts";
import { isObject, type Json, type JsonObject } from "../../src/encoding/json.ts";
import type { Item } from "../harness/oracle-books.ts";
import { isLater } from "../harness/oracle-readings.ts";
import { MAPPED, renderedAs } from "../harness/oracle-renditions.ts";
import type { Release, Viewer } from "../harness/oracle-view.ts";
import type { Oracle } from "../harness/oracle.ts";
import { Disagreement, tellOf } from "./compare.ts";
import { collections } from "./history.ts";

const DERIVED = /^[a-z0-9-]+--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The last version of each derived id that a client pulled from a collection. */
export type Held = Map<string, JsonObject>;

/** What is pulled under an id that somebody contributed is whole; the rest is not. */
export function parted(
  oracle: Oracle,
  objects: readonly JsonObject[],
): { readonly whole: readonly JsonObject[]; readonly derived: readonly JsonObject[] } {
  const ids = new Set(oracle.items.map(({ id }) => id));
  const isWhole = (object: JsonObject): boolean => ids.has(String(object["id"]));
  return { whole: objects.filter(isWhole), derived: objects.filter((object) => !isWhole(object)) };
}

/** All the derived ids of one play, with whose they are and what they stand for. */
export class DerivedIds {
  readonly #oracle: Oracle;
  readonly #meanings = new Map<string, { readonly state: string; readonly id: string }>();
  /** What was pulled under each id and version, by whomever. */
  readonly #contents = new Map<string, string>();

  /** All derived ids of an object that a viewer met. */
  readonly #names = new Map<string, Set<string>>();

  constructor(oracle: Oracle) {
    this.#oracle = oracle;
  }

  /** Each is a rendition of something that this viewer has, or had, reduced. @throws {Disagreement} */
  inspect(viewer: Viewer, objects: readonly JsonObject[], what: string): void {
    for (const object of objects) {
      const fault = this.#faultOf(viewer, object);
      if (fault === null) continue;
      throw new Disagreement(viewer, [
        this.#head(viewer, what),
        fault,
        formatCanonical(object),
        this.#tell(viewer, object),
      ]);
    }
  }

  /** What a client holds, having pulled all there is: what is not revoked is just what stands reduced. @throws {Disagreement} */
  compare(viewer: Viewer, collection: string, held: Held, what: string): void {
    // An id that stands in another collection does not end where it leaves this one.
    const elsewhere = new Set(
      collections.flatMap((other) => lasting(this.#oracle.reduced(viewer, other)).map(({ item }) => item.id)),
    );
    const expected = lasting(this.#oracle.reduced(viewer, collection));
    const here = new Set(expected.map(({ item }) => item.id));
    const hasLeft = (id: string): boolean => elsewhere.has(id) && !here.has(id);
    const live = [...held.values()].filter(
      (object) => object["revoked"] !== true && !hasLeft(this.#meanings.get(String(object["id"]))?.id ?? ""),
    );
    const left = [...live];
    const missing = expected.filter((release) => {
      const i = left.findIndex((object) => this.#isAs(viewer, object, release));
      if (i >= 0) left.splice(i, 1);
      return i < 0;
    });
    const account = [
      ...missing.map(
        ({ item, rendition }) => `not reduced, as ${tellWay(rendition)}: ${tellOf(this.#oracle, item.content)}`,
      ),
      ...left.map(
        (object) => `reduced, and should not be so: ${formatCanonical(object)}\n${this.#tell(viewer, object)}`,
      ),
    ];
    if (account.length > 0) throw new Disagreement(viewer, [this.#head(viewer, what), ...account]);
  }

  /** One id for each object that stands reduced, wherever its viewer meets it. @throws {Disagreement} */
  compareNames(viewer: Viewer, all: readonly Held[]): void {
    const names = new Map<string, string>();
    const live = all.flatMap((held) => [...held.values()]).filter((object) => object["revoked"] !== true);
    const fail = (object: JsonObject, id: string): never => {
      throw new Disagreement(viewer, [this.#head(viewer, "names"), `${id} has two`, formatCanonical(object)]);
    };
    for (const object of live) {
      const name = String(object["id"]);
      const { id = "" } = this.#meanings.get(name) ?? {};
      if ((names.get(id) ?? name) !== name) fail(object, id);
      names.set(id, name);
    }
    for (const object of live)
      for (const name of stringsIn(object)) {
        const meaning = this.#meanings.get(name);
        if (meaning !== undefined && (names.get(meaning.id) ?? name) !== name) fail(object, meaning.id);
      }
  }

  #head(viewer: Viewer, what: string): string {
    return `${what}, as ${viewer.state} at ${viewer.most}, after event ${this.#oracle.event}:`;
  }

  /** What the oracle knows of it, and of what it refers to, as this viewer has them. */
  #tell(viewer: Viewer, object: JsonObject): string {
    const items = this.#oracle.items.filter((item) => nameOf(item.object) === nameOf(object));
    const ids = new Set(items.flatMap((item) => [item.id, ...item.reads.keys()]));
    const standing = collections.flatMap((collection) => [
      ...this.#oracle.releases(viewer, collection),
      ...this.#oracle.reduced(viewer, collection),
    ]);
    return [
      ...new Set(items.map(({ content }) => tellOf(this.#oracle, content))),
      ...[...ids].map((id) => `    ${id} is ${this.#oracle.knows(viewer, id) ? "known" : "not known"} by this id`),
      ...standing
        .filter(({ item }) => ids.has(item.id))
        .map(({ item, rendition, event }) =>
          [
            `    ${item.id} of ${item.by} in ${item.collection}, version ${item.version}`,
            rendition === null ? `whole since event ${event}` : `${tellWay(rendition)} since event ${event}`,
          ].join(", "),
        ),
    ].join("\n");
  }

  #faultOf(viewer: Viewer, object: JsonObject): string | null {
    if (!DERIVED.test(String(object["id"]))) return "an id that nobody contributed, and not of a derived one's shape";
    if (this.#isTwofold(object)) return "another content than was pulled under this id and version";
    if (isNotice(object)) return this.#isTelling(viewer, object, []);
    const ever = [...this.#oracle.everReduced(viewer)].filter(([item]) => nameOf(item.object) === nameOf(object));
    if (ever.length === 0) return "a rendition of nothing that is or was reduced";
    const found = ever.find(([item, ways]) =>
      ways.some((way) => this.#learn(viewer, object, item, renderedAs(item.object, way))),
    );
    if (found === undefined)
      return `not as any rendition of it: ${ever.map(([, ways]) => ways.map(tellWay).join(" or ")).join("; ")}`;
    const [item] = found;
    if (isLater(item.version, String(object["modified"]))) return "older than what it stands for";
    return this.#isTelling(viewer, object, [item.id, ...item.reads.keys()]) ?? this.#isManifold(viewer, object);
  }

  /** One id and version has one content, whichever client of a state is given it. */
  #isTwofold(object: JsonObject): boolean {
    const key = `${String(object["id"])} ${String(object["modified"])}`;
    const content = formatCanonical(object);
    const before = this.#contents.get(key) ?? content;
    this.#contents.set(key, before);
    return before !== content;
  }

  /** Whether it holds one of these ids and its viewer does not know it by that; a notice may hold none that was contributed. */
  #isTelling(viewer: Viewer, object: JsonObject, ids: readonly string[]): string | null {
    const { created_by_ref: _, ...rest } = object;
    const text: readonly string[] = formatCanonical(isNotice(object) ? rest : object).match(UUID) ?? [];
    const told = this.#oracle.items.find(
      ({ id }) =>
        text.includes(id.slice(-36)) && (ids.length === 0 || (ids.includes(id) && !this.#oracle.knows(viewer, id))),
    );
    return told === undefined ? null : `it tells ${told.id}`;
  }

  /** Whether its viewer has more ids for something than it began to have it reduced. */
  #isManifold(viewer: Viewer, object: JsonObject): string | null {
    for (const name of stringsIn(object)) {
      const id = this.#meanings.get(name)?.id;
      if (id === undefined) continue;
      const key = `${viewer.state} ${viewer.most} ${id}`;
      const names = (this.#names.get(key) ?? new Set()).add(name);
      this.#names.set(key, names);
      const times = this.#oracle.beginnings(viewer, id);
      if (names.size > times) return `${id} has ${[...names].join(", ")}, and became reduced ${times} times`;
    }
    return null;
  }

  #isAs(viewer: Viewer, object: JsonObject, { item, rendition }: Release): boolean {
    return rendition !== null && this.#learn(viewer, object, item, renderedAs(item.object, rendition));
  }

  /** Whether it is what an item looks like in a rendition, under ids that mean what they always did. */
  #learn({ state }: Viewer, object: JsonObject, item: Item, rendered: JsonObject): boolean {
    const { id, modified: _, revoked, ...rest } = object;
    const { id: __, modified: ___, revoked: isOver, ...expected } = rendered;
    // Its end may come before its owner's.
    if (isOver !== undefined && revoked !== isOver) return false;
    const names = new Map([[String(id), item.id]]);
    if (!isWritten(rest, expected, names)) return false;
    for (const [name, of] of names) {
      const meaning = this.#meanings.get(name) ?? { state, id: of };
      if (meaning.state !== state || meaning.id !== of) return false;
    }
    for (const [name, of] of names) this.#meanings.set(name, { state, id: of });
    return true;
  }
}

/** What a client holds after it pulled more. */
export function hold(held: Held, derived: readonly JsonObject[]): Held {
  for (const object of derived) {
    const id = String(object["id"]);
    const before = held.get(id);
    if (before === undefined || isLater(String(object["modified"]), String(before["modified"]))) held.set(id, object);
  }
  return held;
}

/** Of each object the last version that stands reduced, if that does not end it. */
function lasting(reduced: readonly Release[]): readonly Release[] {
  return reduced.filter((release) => release.last && release.item.object["revoked"] !== true);
}

/** Compares, and gathers what stands where an id is mapped. */
function isWritten(pulled: Json | undefined, expected: Json | undefined, names: Map<string, string>): boolean {
  if (typeof expected === "string" && expected.startsWith(MAPPED)) {
    const id = expected.slice(MAPPED.length);
    if (typeof pulled !== "string" || !DERIVED.test(pulled) || pulled.split("--")[0] !== id.split("--")[0])
      return false;
    if (pulled === id || (names.get(pulled) ?? id) !== id) return false;
    names.set(pulled, id);
    return true;
  }
  if (Array.isArray(expected)) {
    const list: readonly Json[] = Array.isArray(pulled) ? pulled : [];
    if (!Array.isArray(pulled) || list.length !== expected.length) return false;
    return expected.every((one: Json, i) => isWritten(list[i], one, names));
  }
  if (!isObject(expected)) return pulled === expected;
  if (!isObject(pulled) || Object.keys(pulled).length !== Object.keys(expected).length) return false;
  return Object.entries(expected).every(([key, one]) => isWritten(pulled[key], one, names));
}

function stringsIn(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((one: Json) => stringsIn(one));
  return isObject(value) ? Object.values(value).flatMap(stringsIn) : [];
}

/** That an id ended, and nothing else: what it says of any object. */
function isNotice(object: JsonObject): boolean {
  return object["revoked"] === true && object["x_anchor"] === undefined;
}

/** By what a version is found again: nobody takes it away. */
function nameOf(object: JsonObject): string {
  return String(object["x_anchor"]);
}

function tellWay(rendition: Release["rendition"]): string {
  const refs = [...(rendition?.refs ?? [])].map(([id, what]) => `${id} ${what}`);
  return [...refs, ...(rendition?.taken ?? []).map((place) => `${place} taken`)].join(", ");
}
