// The notice that ends a derived id says nothing of what it ends.
import { describe, expect, it } from "vitest";
import { endingOf } from "../../src/policy/ending.ts";
import { check } from "../../src/stix/check.ts";
import { changedImmutables } from "../../src/stix/version.ts";
import { isCompanion } from "../../src/policy/companion.ts";
import { everything } from "./rendition-everything.ts";

// Observables and definitions keep their ids, and have none that ends.
const dated = everything.filter((object) => object["modified"] !== undefined && !isCompanion(object.type));

describe("the notice that ends a derived id", () => {
  it.each(dated.map((object) => [object.type, object] as const))(
    "is a valid last version of a %s, and holds nothing of it",
    (_, object) => {
      const notice = endingOf(object);
      const errors = check(notice).filter(({ severity }) => severity === "error");
      expect(errors).toEqual([]);
      expect(notice["revoked"]).toBe(true);
      expect(changedImmutables(object, notice)).toEqual([]);
      const { created_by_ref: _author, id: _id, ...rest } = notice;
      const planted = JSON.stringify(object).match(/canary[0-9]+z/g) ?? [];
      expect(planted.filter((canary) => JSON.stringify(rest).includes(canary))).toEqual([]);
    },
  );

  it.each(dated.map((object) => [object.type, object] as const))(
    "repeats no text and no reference of a %s, its author aside",
    (_, object) => {
      const { id: _id, created: _created, modified: _modified, created_by_ref: _author, ...rest } = endingOf(object);
      const said = JSON.stringify(rest);
      const texts = JSON.stringify(object).match(/"[^"]{9,}"/g) ?? [];
      const names =
        /^"(?:type|created|valid_from|published|(?:first|last)_observed|number_observed|is_family|[a-z_]+_refs?)"$/;
      const repeated = new Set(texts.filter((text) => !names.test(text) && said.includes(text)));
      const allowed = [object.type, object["created"], "spec_version", "pattern_type", "opinion", "relationship_type"];
      for (const name of [...allowed, ...((object["object_marking_refs"] ?? []) as string[])])
        // STIX: a list of ids
        repeated.delete(JSON.stringify(name));
      expect([...repeated]).toEqual([]);
    },
  );

  it("keeps what makes a new type of object one", () => {
    const id = "extension-definition--00000385-0000-4000-8000-000000000385";
    const object = {
      type: "x-thing",
      spec_version: "2.1",
      id: "x-thing--00000001-0000-4000-8000-000000000001",
      created: "2026-11-01T00:00:00.000Z",
      modified: "2026-11-01T00:00:00.000Z",
      secret: "secret",
      extensions: { [id]: { extension_type: "new-sdo" }, other: { text: "secret" } },
    };
    const notice = endingOf(object);
    expect(notice["extensions"]).toEqual({ [id]: { extension_type: "new-sdo" } });
    expect(JSON.stringify(notice)).not.toContain("secret");
  });
});
