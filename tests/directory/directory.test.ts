import { describe, expect, it } from "vitest";
import type { Client } from "../../src/directory/client.ts";
import {
  type Directory,
  findClient,
  findCollection,
  findParty,
  findPolicyVersion,
  findRegistrant,
  listActiveStates,
  listRecipients,
  listStateCodes,
} from "../../src/directory/directory.ts";
import { isActive, type Party } from "../../src/directory/state.ts";

const name = { en: "E", ru: "Э", kk: "Э" };
const identity = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5";
const party = (n: number, code: string, kind: Party["kind"], intervals: Party["intervals"]): Party => ({
  n,
  code,
  kind,
  name,
  identities: code === "XX" ? [identity] : [],
  intervals,
});
const client: Client = {
  id: "xx-1",
  party: "XX",
  role: "analyst",
  name: "SOC",
  cleared: false,
  reach: "organisation",
  keys: [],
  notBefore: null,
  revoked: false,
};
const reports = {
  n: 1,
  id: "91a7b528-80eb-42ed-a74d-c6fbd5a26116",
  alias: "threat-reports",
  title: "T",
  description: "",
};
const imposter = { n: 2, id: "52892447-4d7e-4f70-b94d-d7f22742ff63", alias: reports.id, title: "I", description: "" };
const version = { party: "XX", version: 3, since: 5, document: { unmarked: "refuse", rules: [] } };

const directory: Directory = {
  edition: 7,
  parties: [
    party(3, "XX", "state", [
      { from: 10, until: 20 },
      { from: 30, until: null },
    ]),
    party(4, "YY", "state", [{ from: 10, until: 20 }]),
    party(1, "exchange", "exchange", [{ from: 0, until: null }]),
    party(2, "secretariat", "secretariat", [{ from: 0, until: null }]),
  ],
  clients: [client],
  policies: new Map([["XX", version]]),
  collections: [reports, imposter],
};

describe("a party", () => {
  const [xx] = directory.parties;

  it.each([
    [9, false],
    [10, true],
    [19, true],
    [20, false],
    [29, false],
    [30, true],
    [Number.MAX_SAFE_INTEGER, true],
  ])("takes part at %d: %s; an interval begins with its first microsecond and ends before its last", (at, expected) => {
    if (xx === undefined) throw new Error("No party.");
    expect(isActive(xx, at)).toBe(expected);
  });
});

describe("the directory", () => {
  it("finds parties, clients and policies by their keys, and nothing by another", () => {
    expect(findParty(directory, "XX")?.n).toBe(3);
    expect(findClient(directory, "xx-1")).toBe(client);
    expect(findPolicyVersion(directory, "XX")).toBe(version);
    for (const key of ["xx", "", "ZZ", "__proto__", "constructor"]) {
      expect([findParty(directory, key), findClient(directory, key), findPolicyVersion(directory, key)]).toEqual([
        null,
        null,
        null,
      ]);
    }
  });

  it("finds a collection by id or alias, and by an id before an alias that imitates it", () => {
    expect(findCollection(directory, "threat-reports")).toBe(reports);
    expect(findCollection(directory, reports.id)).toBe(reports);
    expect(findCollection(directory, imposter.id)).toBe(imposter);
    expect(findCollection(directory, "public")).toBeNull();
  });

  it("knows who registered an identity", () => {
    expect(findRegistrant(directory, identity)?.code).toBe("XX");
    expect(findRegistrant(directory, "identity--52892447-4d7e-4f70-b94d-d7f22742ff63")).toBeNull();
  });

  it("lists as active the states that take part, and as recipients all parties but the exchange", () => {
    expect(listActiveStates(directory, 15).map(({ code }) => code)).toEqual(["XX", "YY"]);
    expect(listActiveStates(directory, 40).map(({ code }) => code)).toEqual(["XX"]);
    expect(listRecipients(directory).map(({ code }) => code)).toEqual(["XX", "YY", "secretariat"]);
  });

  it("lists the codes of all states that ever took part, since policies may name them", () => {
    expect(listStateCodes(directory)).toEqual(["XX", "YY"]);
  });
});
