// What a contribution brings, before the books are asked: each item checked, its references read, two contents under one
// id and version refused together. Nothing here depends on what the exchange holds.
import type { Json, JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import { versionKey } from "../encoding/timestamp.ts";
import { check } from "../stix/check.ts";
import { isStixObject, type StixObject, versionOf } from "../stix/object.ts";
import { extensionIdsOf, type Reference, referencesOf } from "../stix/references.ts";
import type { Envelope } from "../taxii/envelope.ts";
import type { Outcome } from "../taxii/status.ts";
import { digestOf } from "./commons.ts";

/** One object that is valid by itself. */
export interface Item {
  /** Its place in the envelope. */
  readonly place: number;
  readonly object: StixObject;
  /** Its text as contributed: the whole rendition. */
  readonly text: string;
  readonly digest: string;
  readonly references: readonly Reference[];
  readonly extensions: readonly string[];
  /** `modified`, else `created`; null for an observable, whose versions the exchange names. */
  readonly version: string | null;
  readonly versionKey: string | null;
}

/** An object that is not taken in. It still speaks for what it names: a report's marking counts though the report is refused. */
export interface Spoken {
  readonly object: StixObject;
  readonly references: readonly Reference[];
}

export interface Prepared {
  readonly items: readonly Item[];
  readonly spoken: readonly Spoken[];
  /** What became of the others, by place. */
  readonly failures: ReadonlyMap<number, Outcome>;
  /** The same object again, by place: the place of the first. */
  readonly repeats: ReadonlyMap<number, number>;
}

export function prepare(envelope: Envelope): Prepared {
  const failures = new Map<number, Outcome>();
  const valid: Item[] = [];
  const spoken: Spoken[] = [];
  envelope.objects.forEach((entry, place) => {
    if (entry.value === null) {
      spoken.push(...entry.refused.map(spokenBy));
      failures.set(place, { result: "failure", id: entry.id, version: null, message: entry.fault.message });
      return;
    }
    const pointer = formatPointer(["objects", place]);
    if (!isStixObject(entry.value)) {
      spoken.push(spokenBy(entry.value));
      const message = `${pointer}: a STIX object has a type and an id.`;
      failures.set(place, { result: "failure", id: pointer, version: null, message });
      return;
    }
    const object = entry.value;
    const [fault] = check(object).filter((finding) => finding.severity === "error");
    if (fault === undefined) valid.push(itemOf(place, object, entry.text));
    else {
      spoken.push(spokenBy(object));
      failures.set(place, failed(object, `${pointer}${fault.pointer}: ${fault.message} (${fault.rule})`));
    }
  });
  return distinct(valid, failures, spoken);
}

/** An object without a type or an id says what it can; nothing refers to the empty id. */
function spokenBy(object: JsonObject): Spoken {
  const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
  const named = { ...object, type: text(object["type"]), id: text(object["id"]) };
  return { object: named, references: referencesOf(object) };
}

export function failed(object: StixObject, message: string): Outcome {
  return { result: "failure", id: object.id, version: versionOf(object), message };
}

function itemOf(place: number, object: StixObject, text: string): Item {
  const version = versionOf(object);
  return {
    place,
    object,
    text,
    digest: digestOf(object),
    references: referencesOf(object),
    extensions: extensionIdsOf(object),
    version,
    versionKey: version === null ? null : versionKey(version),
  };
}

/** each-alone: of two contents under one id and version neither is taken, whichever came first. */
function distinct(valid: readonly Item[], failures: Map<number, Outcome>, spoken: Spoken[]): Prepared {
  const groups = new Map<string, Item[]>();
  for (const item of valid) {
    const key = `${item.object.id} ${item.versionKey ?? ""}`;
    const there = groups.get(key);
    if (there === undefined) groups.set(key, [item]);
    else there.push(item);
  }
  const repeats = new Map<number, number>();
  const items: Item[] = [];
  for (const [first, ...others] of groups.values()) {
    if (first === undefined) continue;
    if (others.every((other) => other.digest === first.digest)) {
      items.push(first);
      for (const other of others) repeats.set(other.place, first.place);
      continue;
    }
    for (const one of [first, ...others]) {
      spoken.push(one);
      failures.set(
        one.place,
        failed(one.object, "Another content under the same id and version is in this contribution. (each-alone)"),
      );
    }
  }
  return { items, spoken, failures, repeats };
}
