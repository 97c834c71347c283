import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assignedCodes, isAssignedCode, isStateCode, isExampleCode } from "../../src/directory/iso.ts";

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const pairs = letters.flatMap((first) => letters.map((second) => first + second));

describe("state codes of ISO 3166-1", () => {
  it("are 249, in alphabetical order, each once", () => {
    expect(assignedCodes).toHaveLength(249);
    expect([...new Set(assignedCodes)].sort()).toEqual(assignedCodes);
  });

  it("are those to which CLDR gives a region name, but for codes that ISO only reserves", () => {
    const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
    const reserved = ["AC", "CP", "CQ", "DG", "EA", "IC", "TA", "EU", "EZ", "UN", "XA", "XB", "XK", "ZZ", "QO"];
    // Codes that CLDR keeps for states that are no more or have another code now.
    const former = [
      "AN",
      "BU",
      "CS",
      "DD",
      "DY",
      "FQ",
      "FX",
      "HV",
      "JT",
      "MI",
      "NH",
      "NQ",
      "NT",
      "PC",
      "PU",
      "PZ",
      "RH",
      "SU",
      "TP",
      "UK",
      "VD",
      "WK",
      "YD",
      "YU",
      "ZR",
      "QU",
    ];
    const named = pairs.filter(
      (code) => names.of(code) !== undefined && !reserved.includes(code) && !former.includes(code),
    );
    expect(named).toEqual(assignedCodes);
  });

  const table = "/usr/share/zoneinfo/iso3166.tab";
  it.skipIf(!existsSync(table))("are those of the time zone database, where it is installed", () => {
    const lines = readFileSync(table, "utf8").split("\n");
    const codes = lines.filter((line) => /^[A-Z]{2}\t/.test(line)).map((line) => line.slice(0, 2));
    expect(codes).toEqual(assignedCodes);
  });

  it("leave AA, QM to QZ, XA to XZ, YY and ZZ to examples, and assign none of them", () => {
    const examples = pairs.filter(isExampleCode);
    expect(examples).toHaveLength(1 + 14 + 26 + 1 + 1);
    expect([examples[0], examples[1], examples[14], examples[15], ...examples.slice(40)]).toEqual([
      "AA",
      "QM",
      "QZ",
      "XA",
      "XZ",
      "YY",
      "ZZ",
    ]);
    expect(examples.filter(isAssignedCode)).toEqual([]);
  });

  it.each(["KZ", "TR", "XX", "YY"])("take %s as it is written, in upper case only", (code) => {
    expect(isStateCode(code)).toBe(true);
    expect(isStateCode(code.toLowerCase())).toBe(false);
    expect(isStateCode(`${code} `)).toBe(false);
  });

  it.each(["KK", "EU", "K", "KAZ", "", "A1"])("are not %j", (code) => {
    expect(isStateCode(code)).toBe(false);
  });
});
