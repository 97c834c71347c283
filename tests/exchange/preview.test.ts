// Preview: what would be offered to whom, and what may be a mistake, before anything is posted.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { indicator, malware, uuid } from "../harness/objects.ts";
import { type Cast, greenForAll, playing, policyOf } from "../stories/cast.ts";

interface Told {
  readonly objects: readonly {
    readonly id: string;
    readonly cells: readonly { readonly party: string; readonly answer: string }[];
    readonly warnings: readonly { readonly kind: string; readonly pointer: string; readonly sentence: string }[];
  }[];
  readonly failures: readonly { readonly id: string }[];
  readonly approvals: number;
}

async function previewed(cast: Cast, objects: readonly JsonObject[], language = "en"): Promise<Told> {
  const answer = await cast.state("KZ").contributor.request("/v1/preview", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": language },
    body: JSON.stringify({ collection: "threat-reports", objects }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Told;
}

describe("a preview", () => {
  it("says who would be offered what, and stores nothing", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", greenForAll));
      const told = await previewed(cast, [malware(1, "green"), malware(2, "red")]);
      const answers = told.objects.map(({ id, cells }) => [id, cells.find(({ party }) => party === "TR")?.answer]);
      expect(answers).toEqual([
        [malware(1, "green").id, "whole"],
        [malware(2, "red").id, "no"],
      ]);
      expect(
        (await cast.state("KZ").contributor.pull("threat-reports", { query: "match[type]=malware" })).objects,
      ).toEqual([]);
      expect((await cast.analyst("TR").pull("threat-reports", { query: "match[type]=malware" })).objects).toEqual([]);
    }));

  it("warns of what reaches nobody, is unmarked, has no end, is benign, or is about a person", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("KZ", policyOf("amber", greenForAll));
      const told = await previewed(cast, [
        malware(1, null),
        indicator(3, "green", { pattern: "[ipv4-addr:value = '8.8.8.8']" }),
        { ...malware(4, "green"), description: "Write to aigul.example@cert.example for more." },
      ]);
      const kinds = new Map(told.objects.map(({ id, warnings }) => [id, warnings.map(({ kind }) => kind)]));
      expect(kinds.get(malware(1, null).id)).toEqual(["reaches-nobody", "unmarked"]);
      expect(kinds.get(indicator(3, null).id)).toEqual(["reaches-everybody", "no-end", "benign"]);
      expect(kinds.get(malware(4, null).id)).toEqual(["reaches-everybody", "personal"]);
      expect(told.objects.flatMap(({ warnings }) => warnings).every(({ sentence }) => sentence.length > 10)).toBe(true);
    }));

  it("speaks the language that is asked for", () =>
    playing(["KZ", "TR"], async (cast) => {
      const sentences = async (language: string): Promise<readonly string[]> =>
        (await previewed(cast, [malware(1, "red")], language)).objects.flatMap(({ warnings }) =>
          warnings.map(({ sentence }) => sentence),
        );
      expect((await sentences("ru")).join()).toMatch(/[а-я]/);
      expect((await sentences("kk")).join()).toMatch(/[а-яәғқңөұүһі]/);
      expect(await sentences("kk")).not.toEqual(await sentences("ru"));
    }));

  it("names what it cannot take, and goes on with the rest", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", greenForAll));
      const wrong = { ...malware(9, "green"), is_family: "perhaps" };
      const told = await previewed(cast, [wrong, malware(1, "green")]);
      expect(told.failures.map(({ id }) => id)).toEqual([`malware--${uuid(9)}`]);
      expect(told.objects.map(({ id }) => id)).toEqual([malware(1, null).id]);
    }));
});
