// What must hold of every rendition, over objects of every type with a text of its own in every place.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import { formatPointer, parsePointer, valueAt } from "../../src/encoding/pointer.ts";
import { isDeterministic, type StixObject } from "../../src/stix/object.ts";
import { referencesOf } from "../../src/stix/references.ts";
import { parseSelector, select } from "../../src/stix/selector.ts";
import { reducedMarking } from "../../src/policy/reduced-marking.ts";
import type { RenderTerms } from "../../src/policy/rendering.ts";
import { derivedId } from "../../src/policy/view-id.ts";
import {
  errorsOf,
  everyPlace,
  hmac,
  named,
  objectOf,
  type Reader,
  render,
  rendered,
  secretsIn,
  tlp,
} from "./rendition-cast.ts";
import { everything } from "./rendition-everything.ts";

const isWithin = (place: string, outer: string): boolean => place === outer || place.startsWith(`${outer}/`);
/** Texts that stand at a place: its own name, and all that it holds. */
const secretsAt = (object: StixObject, place: string): readonly string[] =>
  secretsIn([parsePointer(place).at(-1) ?? "", (valueAt(object, place) ?? null) as Json]);
/** Whether a place in a translation mirrors another. */
const mirrors = (place: string, mirrored: string): boolean =>
  isWithin(mirrored, place.replace(/^\/contents\/[^/]+/, "")) && place.startsWith("/contents/");
/** Properties that go with another, and signatures. */
const goesAlong = (place: string): boolean =>
  /^\/(?:latitude|longitude|precision|name_enc|decryption_key|x_signature|granular_markings\/[0-9]+)$/.test(place) ||
  place === "/granular_markings";

describe("the objects of these tests", () => {
  it("are valid, of all 45 types, and each text of theirs stands in one place", () => {
    expect(new Set(everything.map(({ type }) => type)).size).toBe(45);
    const all = everything
      .filter(({ id }) => !isDeterministic(id))
      .flatMap((object) => new Set(secretsIn(object)).size);
    expect(all.every((count) => count >= 15)).toBe(true);
    for (const object of everything) expect(errorsOf(object), object.type).toEqual([]);
  });
});

describe("a rendition without one place", () => {
  const titled = everything.map(
    (object) => [object.type, isDeterministic(object.id) ? "by content" : "at random", object] as const,
  );
  it.each(titled)("of %s, id %s: says nothing of it, is valid, and says everything else", (_type, _id, object) => {
    for (const place of everyPlace(object)) {
      const rendering = render(object, named(place));
      expect(rendering.kind, place).not.toBe("whole");
      if (rendering.kind !== "rendered") continue;
      expect(errorsOf(rendering.object), place).toEqual([]);
      const text = JSON.stringify(rendering.object);
      for (const secret of secretsAt(object, place)) expect(text.includes(secret), `${place} ${secret}`).toBe(false);
      expect(rendering.reduced).toBe(true);
      expect(text).toContain(reducedMarking.id);
      // What else went did so because it holds the place, or goes with it.
      for (const removed of rendering.removed)
        expect(
          isWithin(place, removed) || goesAlong(removed) || mirrors(removed, place),
          `${place} took ${removed}`,
        ).toBe(true);
      const lost = new Set(rendering.removed.flatMap((removed) => secretsAt(object, removed)));
      const own = secretsIn(object.id);
      for (const secret of secretsIn(object))
        if (!lost.has(secret) && !own.includes(secret))
          expect(text.includes(secret), `${place} lost ${secret}`).toBe(true);
    }
  });
});

interface Asked {
  readonly object: StixObject;
  readonly terms: RenderTerms;
  readonly reader: Reader;
  /** Places that are redacted or marked above the ceiling. */
  readonly places: readonly string[];
}

/** The place as a pointer in which positions, and perhaps names, are any. */
const generalize = (place: string, any: boolean): string =>
  formatPointer(parsePointer(place).map((step, i) => (/^[0-9]+$/.test(step) || (any && i > 0) ? "*" : step)));
const matches = (pointer: string, place: string): boolean => {
  const steps = parsePointer(pointer);
  const at = parsePointer(place);
  return steps.length === at.length && steps.every((step, i) => step === "*" || step === at[i]);
};
const selectorOf = (object: StixObject, place: string): string | null => {
  let value: unknown = object;
  const steps: string[] = [];
  for (const step of parsePointer(place)) {
    steps.push(Array.isArray(value) ? `[${step}]` : step);
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  const selector = steps.join(".");
  return parseSelector(selector) === null ? null : selector;
};
const fixed = /^\/(?:id|type|spec_version|created|modified|revoked|object_marking_refs|granular_markings|definition)/;

const asked = (terms: { readonly unattributed: boolean }): fc.Arbitrary<Asked> =>
  fc.constantFrom(...everything).chain((object) => {
    const places = everyPlace(object).filter((place) => !fixed.test(place));
    const ids = [...new Set(referencesOf(object).flatMap(({ id, kind }) => (kind === "marking" ? [] : [id])))];
    const markable = places.filter((place) => selectorOf(object, place) !== null);
    return fc
      .record({
        redacted: fc.array(fc.tuple(fc.constantFrom(...places), fc.boolean()), { maxLength: 3 }),
        marked: fc.array(fc.constantFrom(...markable), { maxLength: 2 }),
        cut: fc.subarray(ids, { maxLength: Math.min(3, ids.length) }),
        last: fc.constantFrom(null, "2020-01-01T00:00:00.000Z", "2030-01-01T00:00:00.9999Z"),
      })
      .map(({ redacted, marked, cut, last }): Asked => {
        const selectors = marked.flatMap((place) => selectorOf(object, place) ?? []);
        const own = Array.isArray(object["granular_markings"]) ? (object["granular_markings"] as readonly Json[]) : [];
        const granular = [...own, ...(selectors.length === 0 ? [] : [{ marking_ref: tlp("red"), selectors }])];
        const redact = redacted.map(([place, any]) => generalize(place, any));
        return {
          object: granular.length === 0 ? object : { ...object, granular_markings: granular },
          terms: { ...terms, redact },
          reader: {
            ceiling: "amber",
            cut,
            last,
            mapped: Object.fromEntries(
              ids.filter((id) => !cut.includes(id)).map((id) => [id, derivedId(hmac, "XX", 0, id)]),
            ),
          },
          places: [...marked, ...places.filter((place) => redact.some((pointer) => matches(pointer, place)))],
        };
      });
  });

describe.each([
  ["named", { unattributed: false }],
  ["unattributed", { unattributed: true }],
] as const)("any rendition, %s", (_name, terms) => {
  it("is valid, holds no byte of what was taken and no id that is hidden", () => {
    let rendered = 0;
    fc.assert(
      fc.property(asked(terms), ({ object, terms, reader, places }) => {
        const rendering = render(object, terms, reader);
        if (rendering.kind !== "rendered") return;
        rendered += 1;
        expect(errorsOf(rendering.object)).toEqual([]);
        const text = JSON.stringify(rendering.object);
        for (const place of places)
          for (const secret of secretsAt(object, place)) expect(text, place).not.toContain(secret);
        for (const id of [...(reader.cut ?? []), ...Object.keys(reader.mapped ?? {})])
          expect(text).not.toContain(id.slice(-36));
        if (rendering.derived) expect(text).not.toContain(object.id.slice(-36));
        expect(rendering.derived).toBe(!isDeterministic(object.id));
        expect(rendering.object["object_marking_refs"] ?? []).toEqual(
          rendering.reduced
            ? expect.arrayContaining([reducedMarking.id])
            : expect.not.arrayContaining([reducedMarking.id]),
        );
      }),
      { numRuns: 800 },
    );
    expect(rendered).toBeGreaterThan(100);
  });

  it("changes nothing when it is rendered again", () => {
    fc.assert(
      fc.property(asked(terms), ({ object, terms, reader }) => {
        const once = render(object, terms, reader);
        if (once.kind !== "rendered") return;
        const again = render(once.object, terms, {
          ...reader,
          mapped: { ...reader.mapped, [object.id]: once.object.id },
        });
        expect(again).toEqual({ kind: "whole" });
      }),
      { numRuns: 400 },
    );
  });

  it("leads every selector to the very value that it led to", () => {
    fc.assert(
      fc.property(asked(terms), ({ object, terms, reader }) => {
        const all = everyPlace(object).flatMap((place) => selectorOf(object, place) ?? []);
        const marked = { ...object, granular_markings: [{ lang: "kk", selectors: all.filter((one) => isOwn(one)) }] };
        const rendering = render(marked, { ...terms, redact: terms.redact.slice(0, 1) }, { ...reader, mapped: {} });
        if (rendering.kind !== "rendered") return;
        const before = new Set(all.map((selector) => JSON.stringify(select(object, selector))));
        const granular = rendering.object["granular_markings"];
        for (const marking of Array.isArray(granular) ? (granular as readonly Json[]) : []) {
          const selectors = (marking as { readonly selectors: readonly string[] }).selectors;
          for (const selector of selectors) {
            const value = select(rendering.object, selector);
            expect(value, selector).toBeDefined();
            if (typeof value === "string" && value.includes("canary")) expect(before).toContain(JSON.stringify(value));
          }
          // In the order of the object, each once.
          expect(new Set(selectors).size).toBe(selectors.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const isOwn = (selector: string): boolean =>
  !/^(?:id|type|spec_version|created|modified|revoked|object_marking_refs|granular_markings|definition)/.test(selector);

describe("a list of thousands of items that are not valid without a part", () => {
  it("keeps those that are, at once", () => {
    const broken = Array.from({ length: 3000 }, (_, i) => ({ source_name: "s", url: `https://example.org/${i}` }));
    const sound = { source_name: "s", description: "d" };
    const object = objectOf("campaign", { external_references: [...broken, sound] });
    const started = performance.now();
    expect(rendered(object, named("/external_references/*/url"))["external_references"]).toEqual([sound]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("goes as a whole deep in an object, in a bounded number of rounds", () => {
    const sections = Array.from({ length: 300 }, (_, i) => ({ name: `s${i}`, size: i }));
    const extension = { pe_type: "dll", imphash: "i", sections };
    const object = objectOf("file", { extensions: { "windows-pebinary-ext": extension } });
    expect(rendered(object, named("/extensions/*/sections/*/name"))["extensions"]).toEqual({
      "windows-pebinary-ext": { pe_type: "dll", imphash: "i" },
    });
  });
});

describe("rendering again", () => {
  it("takes another item where a redaction names a position", () => {
    const object: StixObject = {
      ...everything[0],
      type: "attack-pattern",
      id: String(everything[0]?.id),
      labels: ["a", "b"],
    };
    const once = render(object, named("/labels/0"));
    if (once.kind !== "rendered") throw new Error(once.kind);
    const again = render(once.object, named("/labels/0"), { mapped: { [object.id]: once.object.id } });
    expect(again).toMatchObject({ kind: "rendered", removed: ["/labels"] });
  });
});
