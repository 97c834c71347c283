import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  COLLECTION_ALIAS_LENGTH_MAX,
  COLLECTION_TITLE_LENGTH_MAX,
  type Collection,
  checkCollectionAlias,
  checkCollectionBeside,
  checkCollectionTitle,
  formatCollection,
  formatCollections,
  isNamed,
  parseCollection,
  parseCollections,
} from "../../src/taxii/collection.ts";
import { refusalOf } from "./refusing.ts";

const collection: Collection = {
  id: "91a7b528-80eb-42ed-a74d-c6fbd5a26116",
  title: "Threat reports",
  description: "What states report about threats.",
  alias: "threat-reports",
  can_read: true,
  can_write: false,
  media_types: ["application/stix+json;version=2.1"],
};

describe("formatCollection", () => {
  it("writes the properties of the standard by their names", () => {
    expect(JSON.parse(formatCollection(collection))).toEqual(collection);
  });

  it("writes can_read and can_write whichever they are: taxii2-client takes neither absent nor null", () => {
    for (const can_read of [true, false]) {
      for (const can_write of [true, false]) {
        expect(JSON.parse(formatCollection({ ...collection, can_read, can_write }))).toMatchObject({
          can_read,
          can_write,
        });
      }
    }
  });

  it("leaves out what is not there", () => {
    const { description: _, alias: __, ...plain } = collection;
    const names = Object.keys(JSON.parse(formatCollection({ ...plain, media_types: [] })));
    expect(names).toEqual(["id", "title", "can_read", "can_write"]);
  });

  it("does not write an id that is no UUID of version 4", () => {
    for (const id of [
      "",
      "threat-reports",
      "91a7b528-80eb-52ed-a74d-c6fbd5a26116",
      "91a7b528-80eb-42ed-c74d-c6fbd5a26116",
    ]) {
      expect(() => formatCollection({ ...collection, id })).toThrow(TypeError);
    }
  });
});

describe("formatCollections", () => {
  it("keeps the order", () => {
    const others = ["b", "a", "c"].map((alias) => ({ ...collection, alias }));
    expect(parseCollections(formatCollections(others)).map(({ alias }) => alias)).toEqual(["b", "a", "c"]);
  });

  it("is {} for a caller who may see none", () => {
    expect(formatCollections([])).toBe("{}");
  });
});

describe("parseCollection", () => {
  it("reads what formatCollection writes", () => {
    expect(parseCollection(formatCollection(collection))).toEqual(collection);
  });

  it("takes a media type that is left out, or an empty list of them, as STIX of any version", () => {
    const { media_types: _, ...plain } = collection;
    expect(parseCollection(JSON.stringify(plain)).media_types).toEqual(["application/stix+json"]);
    expect(parseCollection(JSON.stringify({ ...plain, media_types: [] })).media_types).toEqual([
      "application/stix+json",
    ]);
  });

  const refused: readonly (readonly [why: string, change: object, pointer: string])[] = [
    ["without an id", { id: undefined }, "/id"],
    ["with an id that is no UUID", { id: "threat-reports" }, "/id"],
    ["with an id that steps out of its path", { id: "../../status" }, "/id"],
    ["without a title", { title: undefined }, "/title"],
    ["without can_read", { can_read: undefined }, "/can_read"],
    ["with can_read null", { can_read: null }, "/can_read"],
    ["with can_write in a string", { can_write: "true" }, "/can_write"],
    ["with can_write as a number", { can_write: 1 }, "/can_write"],
    ["with an alias that is no string", { alias: 1 }, "/alias"],
    ["with a media type that is no string", { media_types: [null] }, "/media_types/0"],
  ];
  for (const [why, change, pointer] of refused) {
    it(`refuses a collection ${why}`, () => {
      const refusal = refusalOf(() => parseCollection(JSON.stringify({ ...collection, ...change })));
      expect(refusal).toMatchObject({ code: "malformed", pointer });
    });
  }
});

describe("parseCollections", () => {
  it("reads {} and, against the standard, an empty list as none", () => {
    expect(parseCollections("{}")).toEqual([]);
    expect(parseCollections('{"collections":[]}')).toEqual([]);
  });

  it("points at the collection that is not of the form", () => {
    const text = JSON.stringify({ collections: [collection, { ...collection, can_read: 0 }] });
    expect(refusalOf(() => parseCollections(text))).toMatchObject({ pointer: "/collections/1/can_read" });
    expect(refusalOf(() => parseCollections('{"collections":[1]}'))).toMatchObject({ pointer: "/collections/0" });
    expect(refusalOf(() => parseCollections('{"collections":{}}'))).toMatchObject({ pointer: "/collections" });
  });
});

describe("checkCollectionTitle", () => {
  const good = [
    "Threat reports",
    "Best practices",
    "Отчёты об угрозах",
    "Қауіп туралы есептер",
    "گزارش‌های تهدید",
    "C2 & IoC (daily)",
    "x".repeat(COLLECTION_TITLE_LENGTH_MAX),
  ];
  for (const title of good) {
    it(`takes ${JSON.stringify(title.slice(0, 40))}`, () => expect(() => checkCollectionTitle(title)).not.toThrow());
  }
  const bad: readonly (readonly [title: string, why: string])[] = [
    ["", "is empty"],
    ["   ", "is blank"],
    ["U.S. feeds", "has a dot"],
    ["Threats, new", "has a comma"],
    [" Threats", "begins with a blank"],
    ["Threats ", "ends with a blank"],
    ["Threats  new", "has two blanks"],
    ["Threats\tnew", "has a tab"],
    ["Threats\nnew", "has a line break"],
    ["Threats\u0000", "has a control character"],
    ["Threats\u001b[31m", "has an escape sequence"],
    ["Threats\u202egnp", "turns the text"],
    ["Threats\u2066x", "isolates the text"],
    ["Thr\u200beats", "has a zero width space"],
    ["Thr\u00adeats", "has a soft hyphen"],
    ["\ufeffThreats", "has a byte order mark"],
    ["Threats\u2028new", "has a line separator"],
    ["Threats\u{e0041}", "has a tag character"],
    ["Threats\ud800", "has a lone surrogate"],
    ["Cafe\u0301", "is not in normal form C"],
    ["x".repeat(COLLECTION_TITLE_LENGTH_MAX + 1), "is too long"],
  ];
  for (const [title, why] of bad) {
    it(`refuses a title that ${why}`, () => {
      const refusal = refusalOf(() => checkCollectionTitle(title));
      expect(refusal).toMatchObject({ code: "invalid", rule: "collection-title", subject: "title" });
    });
  }

  it("takes no title that a client would split at a dot or a comma", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(".", ","), fc.string(), (before, mark, after) => {
        refusalOf(() => checkCollectionTitle(before + mark + after));
      }),
    );
  });
});

describe("checkCollectionAlias", () => {
  for (const alias of ["threat-reports", "public", "a", "7", "a-1-b", "x".repeat(COLLECTION_ALIAS_LENGTH_MAX)]) {
    it(`takes ${alias}`, () => expect(() => checkCollectionAlias(alias)).not.toThrow());
  }
  const bad = [
    "",
    "Threat",
    "threat_reports",
    "-a",
    "a-",
    "a--b",
    "a/b",
    "a.b",
    "..",
    "a b",
    "a%2fb",
    "a?b",
    "ключ",
    "a\n",
    "x".repeat(COLLECTION_ALIAS_LENGTH_MAX + 1),
    collection.id,
  ];
  for (const alias of bad) {
    it(`refuses ${JSON.stringify(alias)}`, () => {
      const refusal = refusalOf(() => checkCollectionAlias(alias));
      expect(refusal).toMatchObject({ code: "invalid", rule: "collection-alias", subject: "alias" });
    });
  }

  it("decides on a hostile alias in linear time", () => {
    const began = performance.now();
    refusalOf(() => checkCollectionAlias(`${"a-".repeat(500_000)}!`));
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe("checkCollectionBeside", () => {
  const others = [
    { title: "Public", alias: "public" },
    { title: "Best practices", alias: undefined },
  ];

  it("refuses an alias or a title that another collection has", () => {
    const aliasTaken = refusalOf(() => checkCollectionBeside({ title: "New", alias: "public" }, others));
    expect(aliasTaken).toMatchObject({ code: "conflict", subject: "alias" });
    const titleTaken = refusalOf(() => checkCollectionBeside({ title: "BEST practices", alias: "new" }, others));
    expect(titleTaken).toMatchObject({ code: "conflict", subject: "title" });
  });

  it("takes collections that both have no alias", () => {
    expect(() => checkCollectionBeside({ title: "New", alias: undefined }, others)).not.toThrow();
  });
});

describe("isNamed", () => {
  it("knows a collection by its id and by its alias, and by nothing else", () => {
    expect(isNamed(collection, collection.id)).toBe(true);
    expect(isNamed(collection, "threat-reports")).toBe(true);
    expect(isNamed(collection, "Threat reports")).toBe(false);
    expect(isNamed({ id: collection.id }, "undefined")).toBe(false);
    expect(isNamed({ id: collection.id }, "")).toBe(false);
  });
});
