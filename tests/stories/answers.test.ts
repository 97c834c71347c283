// Answers: sightings, notes and opinions about what their contributor has by release. They lean on it: by default the author of
// what was read alone gets them, a relayer standing for the author.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { malware, marked, type TlpLevel, uuid } from "../harness/objects.ts";
import { amberForAll, asISaid, type Cast, greenForAll, policyOf, relayed } from "./cast.ts";
import { proving } from "./proving.ts";

const feedback: JsonObject = { name: "feedback", share: ["author"] };
const spoken: JsonObject = { name: "spoken", share: ["UZ"], when: { type: ["sighting", "note"] } };

function sighting(
  n: number,
  of: string,
  level: TlpLevel = "green",
  more: JsonObject = {},
): JsonObject & { readonly id: string } {
  return {
    type: "sighting",
    spec_version: "2.1",
    id: `sighting--${uuid(n)}`,
    created: "2026-11-01T00:00:00.000Z",
    modified: "2026-11-01T00:00:00.000Z",
    sighting_of_ref: of,
    ...marked(level),
    ...more,
  };
}

/** Whether each of these states sees an id. */
async function sees(cast: Cast, id: string, codes: readonly string[]): Promise<readonly boolean[]> {
  const found: boolean[] = [];
  for (const code of codes) {
    const { objects } = await cast.analyst(code).pull("threat-reports", { query: `match[id]=${id}` });
    found.push(objects.length > 0);
  }
  return found;
}

async function explained(cast: Cast, code: string, id: string): Promise<JsonObject> {
  const answer = await cast.state(code).contributor.json("GET", `/v1/objects/${id}/audience`);
  return answer.body.objects[0];
}

const basisOf = (object: JsonObject, party: string): unknown =>
  (object["cells"] as readonly JsonObject[]).find((cell) => cell["party"] === party)?.["basis"]; // JSON

describe("an answer", () => {
  it("goes to the author of what it is about, and by a rule for everything to nobody else", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      const object = malware(1, "green");
      await cast.post("KZ", [object]);
      await cast.policy("TR", policyOf("green", greenForAll));
      const answer = sighting(2, object.id);
      await cast.post("TR", [answer]);
      expect(await sees(cast, answer.id, ["KZ", "UZ"])).toEqual([true, false]);
      const told = await explained(cast, "TR", answer.id);
      expect(told["hangsOnOthers"]).toBe(true);
      expect(basisOf(told, "UZ")).toEqual({ kind: "lean", rules: ["region-wide"] });
    }));

  it("goes to others by a rule that speaks of its type, and to whom the contribution names", () =>
    proving(["KZ", "TR", "UZ", "IN"], async (cast) => {
      const object = malware(1, "green");
      await cast.post("KZ", [object]);
      await cast.policy("TR", policyOf("green", spoken, greenForAll, { ...asISaid, when: { tlp: "red" } }));
      const [one, other] = [sighting(2, object.id), sighting(3, object.id)];
      await cast.post("TR", [one]);
      await cast.post("TR", [other], { to: ["IN"] });
      expect(await sees(cast, one.id, ["KZ", "UZ", "IN"])).toEqual([true, true, false]);
      expect(await sees(cast, other.id, ["KZ", "UZ", "IN"])).toEqual([false, false, true]);
    }));

  it("that is shared with `author` reaches that one without any other rule, and one's own objects have no other author", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      const object = malware(1, "green");
      await cast.post("KZ", [object]);
      await cast.policy("TR", policyOf("green", feedback));
      const answer = sighting(2, object.id, "amber");
      const own = malware(3, "green");
      await cast.post("TR", [answer, own, sighting(4, own.id)]);
      expect(await sees(cast, answer.id, ["KZ", "UZ"])).toEqual([true, false]);
      expect(await sees(cast, sighting(4, own.id).id, ["KZ", "UZ"])).toEqual([false, false]);
    }));

  it("about a relayed object reaches its relayer, who stands for the author", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      const object = relayed("by KZ", 0, "green");
      await cast.post("KZ", [object]);
      await cast.policy("TR", policyOf("green", feedback));
      await cast.post("TR", [sighting(2, object.id)]);
      expect(await sees(cast, sighting(2, object.id).id, ["KZ", "UZ"])).toEqual([true, false]);
    }));

  it("about what its contributor does not have leans on nobody: whoever holds that id is told of nothing", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      const secret = malware(1, "red");
      await cast.post("KZ", [secret], { to: ["UZ"] });
      await cast.policy("TR", policyOf("green", feedback, greenForAll));
      const answer = sighting(2, secret.id);
      await cast.post("TR", [answer]);
      const told = await explained(cast, "TR", answer.id);
      expect([told["hangsOnOthers"], basisOf(told, "KZ")]).toEqual([false, { kind: "shared", rules: ["region-wide"] }]);
      expect(await sees(cast, answer.id, ["KZ", "UZ"])).toEqual([true, true]);
    }));

  it("reaches nobody who lacks what it is about, whatever the rules say, until that is given", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("KZ", policyOf("green", { name: "near", share: ["TR"], when: { tlp: "amber" } }));
      const object = malware(1, "amber");
      await cast.post("KZ", [object]);
      await cast.policy("TR", policyOf("green", spoken));
      const answer = sighting(2, object.id);
      await cast.post("TR", [answer]);
      expect(await sees(cast, answer.id, ["KZ", "UZ"])).toEqual([false, false]);
      await cast.policy("KZ", policyOf("green", amberForAll));
      expect(await sees(cast, answer.id, ["UZ"])).toEqual([true]);
    }));

  it("is withheld from the author with its whole contribution, where a rule says so of any of its objects", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      const object = malware(1, "green");
      await cast.post("KZ", [object]);
      const aside = { name: "not theirs", withhold: ["author"], when: { type: "sighting" } };
      await cast.policy("TR", policyOf("green", greenForAll, aside));
      await cast.post("TR", [sighting(2, object.id), malware(3, "green")]);
      expect(await sees(cast, malware(3, null).id, ["KZ", "UZ"])).toEqual([false, true]);
    }));

  it("is read once: who comes to hold the id later is no author of it", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      const object = relayed("by KZ", 0, "green");
      await cast.post("KZ", [object]);
      await cast.policy("TR", policyOf("green", feedback));
      const answer = sighting(2, object.id);
      await cast.post("TR", [answer]);
      await cast.recall("KZ", object.id);
      await cast.post("UZ", [relayed("by UZ", 5, "green")]);
      await cast.policy("TR", policyOf("green", feedback, { name: "more", share: ["KZ"], when: { tlp: "clear" } }));
      expect(await sees(cast, answer.id, ["UZ"])).toEqual([false]);
    }));
});
