// What acts cost on D1, counted: a request may run 1,000 statements, each of at most 100 parameters and 100 KB of text, with
// values below 2 MB, and every trip is a wait. Bounds are what they cost now, so that what makes them dearer is seen.
import { beforeAll, describe, expect, it } from "vitest";
import { integrate } from "../../src/exchange/integrate.ts";
import { openD1 } from "../../src/store/engines/d1.ts";
import { openTestExchange, type TestExchange, type TestState } from "../harness/exchange.ts";
import { indicator } from "../harness/objects.ts";
import { CountingD1 } from "./counting-d1.ts";
import { openTestDatabase } from "./engine.ts";

const policy = { unmarked: "green", rules: [{ name: "all", share: ["all"] }] };

describe("what acts cost on D1", () => {
  let counting: CountingD1;
  let host: TestExchange;
  let kz: TestState;
  let tr: TestState;
  beforeAll(async () => {
    counting = new CountingD1(await openTestDatabase());
    host = await openTestExchange(openD1(counting));
    kz = await host.addState("KZ", policy);
    tr = await host.addState("TR");
    for (const client of [kz.contributor, tr.analyst]) await client.token();
    await kz.contributor.post("threat-reports", [indicator(1, "green")]);
    await tr.analyst.pull("threat-reports");
    await integrate(host.exchange);
  });

  /** Measures an act and holds it to a bound, and all of D1's. */
  const costs = async (
    what: string,
    most: { statements: number; trips: number },
    act: () => Promise<unknown>,
  ): Promise<void> => {
    const { statements, trips, parameters, textBytes, valueBytes } = await counting.measure(act);
    console.log(`D1: ${what}: ${statements} statements in ${trips} trips; the longest value has ${valueBytes} bytes`);
    expect(
      { statements: statements <= most.statements, trips: trips <= most.trips },
      `${statements} statements, ${trips} trips`,
    ).toEqual({ statements: true, trips: true });
    expect(parameters).toBeLessThanOrEqual(100);
    expect(textBytes).toBeLessThanOrEqual(100_000);
    expect(valueBytes).toBeLessThanOrEqual(2_000_000);
  };

  it("one object is contributed in a dozen trips", () =>
    costs("contributing one object", { statements: 20, trips: 12 }, () =>
      kz.contributor.post("threat-reports", [indicator(2, "green")]),
    ));

  it("5,000 objects are contributed in as many trips, and in few statements more", async () => {
    const objects = Array.from({ length: 5_000 }, (_, i) => indicator(10_000 + i, "green"));
    await costs("contributing 5,000 objects", { statements: 32, trips: 12 }, () =>
      kz.contributor.post("threat-reports", objects),
    );
  });

  it("a page of 1,000 objects is pulled in as many trips as one of one", async () => {
    for (const limit of [1_000, 1])
      await costs(`pulling a page of ${limit}`, { statements: 12, trips: 12 }, () =>
        tr.analyst.request(`/api/collections/threat-reports/objects/?limit=${limit}`),
      );
  });

  it("a poll that finds nothing costs no more than a pull", () =>
    costs("polling for nothing", { statements: 12, trips: 12 }, () =>
      tr.analyst.request("/api/collections/public/objects/"),
    ));

  it("entries are taken in by seven trips, and that there are none is found in two", async () => {
    await costs("taking entries in", { statements: 12, trips: 8 }, () => integrate(host.exchange));
    await costs("finding none to take in", { statements: 2, trips: 2 }, () => integrate(host.exchange));
  });
});
