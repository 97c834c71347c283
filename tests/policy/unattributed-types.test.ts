// What must hold of an unattributed object of any type, with everything in it (policy.md, Renditions).

import { describe, expect, it } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import { valueAt } from "../../src/encoding/pointer.ts";
import { domainTypes, isDeterministic, observableTypes, relationshipTypes } from "../../src/stix/object.ts";
import { contributingProperties } from "../../src/stix/sco-id.ts";
import { extensionProperties, propertiesOf } from "../../src/stix/tables.generated.ts";
import { placesOf } from "../../src/policy/places.ts";
import { reducedMarking } from "../../src/policy/reduced-marking.ts";
import { unattributedExtensions, unattributedProperties, unattributedTimes } from "../../src/policy/unattributed.ts";
import {
  errorsOf,
  exchangeIdentity,
  extensionId,
  owner,
  render,
  secretsIn,
  statementId,
  unattributed,
} from "./rendition-cast.ts";
import { everything } from "./rendition-everything.ts";

const typesOfTheStandard = [...domainTypes, ...relationshipTypes, ...observableTypes, "language-content"];

/** What never goes, wherever it is. Written from policy.md, not from the lists. */
const never = [
  "/labels",
  "/x_own_text",
  "/x_own",
  "/x_signature",
  "/x_see_refs",
  `/extensions/${extensionId}`,
  "/authors",
  "/contact_information",
  "/where_sighted_refs",
  "/street_address",
  "/postal_code",
  "/city",
  "/received_lines",
  "/additional_header_fields",
  "/message_id",
  "/to_refs",
  "/cc_refs",
  "/bcc_refs",
  "/sender_ref",
  "/raw_email_ref",
  "/created_by_ref",
  "/host_vm_ref",
  "/installed_software_refs",
  "/modules",
  "/credential",
  "/display_name",
  "/environment_variables",
  "/cwd",
  "/creator_user_ref",
  "/extensions/pdf-ext/document_info_dict",
  "/extensions/raster-image-ext/exif_tags",
  "/extensions/ntfs-ext/sid",
  "/extensions/archive-ext/comment",
  "/extensions/http-request-ext/request_header",
  "/external_references/0",
  "/kill_chain_phases",
];

describe("the lists", () => {
  it("name every type of the standard but definitions, and nothing but its properties", () => {
    expect(Object.keys(unattributedProperties).toSorted()).toEqual(typesOfTheStandard.toSorted());
    for (const [type, names] of Object.entries(unattributedProperties))
      for (const name of names) expect(propertiesOf[type], `${type} ${name}`).toContain(name);
    for (const [key, names] of Object.entries(unattributedExtensions))
      if (names !== "*") for (const name of names) expect(extensionProperties[key], key).toContain(name);
  });

  it("have of observables what contributes to their ids", () => {
    for (const [type, names] of Object.entries(contributingProperties))
      expect(unattributedProperties[type], type).toEqual(expect.arrayContaining([...names]));
  });
});

describe.each(
  everything.map((object) => [object.type, isDeterministic(object.id) ? "by content" : "at random", object] as const),
)("an unattributed %s, id %s", (type, _id, object) => {
  const rendering = render(object, unattributed());

  it("goes, is withheld where its id is made of what does not go, and does not go where nothing of its type does", () => {
    if (rendering.kind === "rendered") return expect(errorsOf(rendering.object)).toEqual([]);
    const reason = typesOfTheStandard.includes(type) ? "contributing" : "unattributed";
    expect(rendering).toMatchObject({ kind: "withheld", reason });
  });

  if (rendering.kind !== "rendered") return;
  const text = JSON.stringify(rendering.object);

  it("says nothing of its owner", () => {
    for (const pointer of never)
      for (const place of placesOf(object, pointer))
        for (const secret of secretsIn((valueAt(object, place) ?? null) as Json))
          expect(text, place).not.toContain(secret);
    expect(text).not.toContain(owner);
    expect(text).not.toContain(extensionId);
    expect(text).not.toContain(statementId);
  });

  it("has no property but those listed, in the standard's order", () => {
    const names = Object.keys(rendering.object);
    for (const name of names) expect(unattributedProperties[type], name).toContain(name);
    expect(names).toEqual((propertiesOf[type] ?? []).filter((name) => names.includes(name)));
  });

  it("has the exchange as its author, times to the hour, and does not say that it was reduced", () => {
    expect(rendering.object["created_by_ref"]).toBe(
      contributingProperties[type] === undefined ? exchangeIdentity : undefined,
    );
    for (const [name, value] of Object.entries(rendering.object))
      if (unattributedTimes.has(name)) expect(value, name).toMatch(/T[0-9]{2}:00:00\.000Z$/);
    expect(rendering.reduced).toBe(false);
    expect(text).not.toContain(reducedMarking.id);
    expect(rendering.derived).toBe(!isDeterministic(object.id));
  });
});
