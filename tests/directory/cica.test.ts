import { describe, expect, it } from "vitest";
import { cicaMembers } from "../../src/directory/cica.ts";
import { isAssignedCode } from "../../src/directory/iso.ts";
import { parseStateRegistration } from "../../src/directory/state.ts";

describe("the members of CICA", () => {
  it("are the 28 states, alphabetical by code", () => {
    const codes = "AF AZ BH BD KH CN EG IN IR IQ IL JO KZ KW KG MN PK PS QA KR RU LK TJ TH TR AE UZ VN".split(" ");
    expect(cicaMembers.map(({ code }) => code)).toEqual(codes.sort());
    expect(codes.filter((code) => !isAssignedCode(code))).toEqual([]);
  });

  it("can be registered as they stand", () => {
    for (const member of cicaMembers) {
      const written = { code: member.code, name: { ...member.name } };
      expect(parseStateRegistration(written)).toEqual({ ...member, identities: [], networks: [] });
    }
  });

  it("have names in the letters of each language, each name once", () => {
    for (const { name } of cicaMembers) {
      expect(name.en).toMatch(/^[\p{Script=Latin} ]+$/u);
      expect(name.ru).toMatch(/^[А-Яа-яЁё -]+$/u);
      expect(name.kk).toMatch(/^[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі -]+$/u);
    }
    for (const language of ["en", "ru", "kk"] as const) {
      expect(new Set(cicaMembers.map(({ name }) => name[language])).size).toBe(28);
    }
  });

  it("have the names that CLDR gives their codes, but where a state's own usage differs", () => {
    const own = ["EN: KR PS VN", "RU: AE KG PS", "KK: AZ KR PS"];
    const differing = (["en", "ru", "kk"] as const).map((language) => {
      const names = new Intl.DisplayNames(language, { type: "region" });
      const codes = cicaMembers.filter(({ code, name }) => names.of(code) !== name[language]).map(({ code }) => code);
      return `${language.toUpperCase()}: ${codes.join(" ")}`;
    });
    expect(differing).toEqual(own);
  });
});
