import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { integrate } from "../../src/exchange/integrate.ts";
import { engineKinds, openTestEngine, type TestEngine } from "../harness/engines.ts";
import { openTestExchange, type TestExchange, type TestState } from "../harness/exchange.ts";
import { indicator, malware, relationship } from "../harness/objects.ts";

const policy = {
  unmarked: "green",
  groups: { neighbours: ["TR"] },
  rules: [
    { name: "region-wide", share: ["all"], when: { tlp: "green" } },
    { name: "neighbours", share: ["group:neighbours"], when: { tlp: ["amber"] } },
    { name: "as I said", share: ["named"], when: { tlp: "red" } },
  ],
};

describe.each(engineKinds)("the spine on %s", (kind) => {
  let test: TestEngine;
  let host: TestExchange;
  const states: Record<string, TestState> = {};
  const state = (code: string): TestState => {
    const found = states[code];
    if (found === undefined) throw new Error(code);
    return found;
  };

  beforeAll(async () => {
    test = await openTestEngine(kind);
    host = await openTestExchange(test.engine);
    for (const code of ["KZ", "TR", "UZ"])
      states[code] = await host.addState(
        code,
        code === "KZ" ? { ...policy, groups: { neighbours: [] }, rules: policy.rules.slice(0, 1) } : undefined,
      );
    await state("KZ").steward.json("PUT", "/v1/policy", policy);
  });
  afterAll(() => test.close());

  it("gives everyone the green, the neighbours the amber, and nobody what is red", async () => {
    const status = await state("KZ").contributor.post("threat-reports", [
      indicator(1, "green"),
      indicator(2, "amber"),
      indicator(3, "red"),
      malware(4, null),
      relationship(5, indicator(2, null).id, malware(4, null).id, "green"),
    ]);
    expect(status).toMatchObject({ status: "complete", success_count: 5, failure_count: 0 });
    const idsOf = async (code: string): Promise<string[]> =>
      (await state(code).analyst.pull("threat-reports", { limit: 3 })).objects
        .map((object) => object.id)
        .filter((id) => !/^(marking|extension|identity)/.test(id));
    expect(await idsOf("UZ")).toEqual([indicator(1, null).id, malware(4, null).id].sort());
    expect((await idsOf("TR")).sort()).toEqual(
      [
        indicator(1, null).id,
        indicator(2, null).id,
        malware(4, null).id,
        "relationship--00000005-0000-4000-8000-000000000000",
      ].sort(),
    );
    expect(await idsOf("KZ")).toHaveLength(4);
  });

  it("takes the entries into the log", async () => {
    expect(await integrate(host.exchange)).toBeGreaterThan(5);
  });
});
