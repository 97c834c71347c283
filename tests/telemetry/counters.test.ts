import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { counterSeriesMax, createCounters, formatCounters } from "../../src/telemetry/counters.ts";

const definitions = {
  requests_total: {
    help: "Requests answered.",
    labels: { surface: ["taxii", "oauth", "log"], outcome: ["ok", "refused", "failed"] },
  },
  turns_total: { help: "Turns taken.", labels: {} },
} as const;

describe("counters", () => {
  it("start without samples and count by name and labels", () => {
    const counters = createCounters(definitions);
    expect(counters.samples()).toEqual([]);
    counters.add("requests_total", { surface: "taxii", outcome: "ok" });
    counters.add("requests_total", { surface: "taxii", outcome: "ok" });
    counters.add("requests_total", { outcome: "failed", surface: "log" }, 5);
    counters.add("turns_total", {}, 0.5);
    expect(counters.samples()).toEqual([
      { name: "requests_total", labels: { surface: "taxii", outcome: "ok" }, value: 2 },
      { name: "requests_total", labels: { surface: "log", outcome: "failed" }, value: 5 },
      { name: "turns_total", labels: {}, value: 0.5 },
    ]);
  });

  it("keep every combination of labels apart", () => {
    const { surface, outcome } = definitions.requests_total.labels;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...surface), fc.constantFrom(...outcome))), (events) => {
        const counters = createCounters(definitions);
        for (const [at, by] of events) counters.add("requests_total", { surface: at, outcome: by });
        for (const sample of counters.samples()) {
          const same = events.filter(([at, by]) => at === sample.labels["surface"] && by === sample.labels["outcome"]);
          expect(sample.value).toBe(same.length);
        }
        expect(counters.samples().reduce((sum, { value }) => sum + value, 0)).toBe(events.length);
      }),
    );
  });

  it("refuse what is outside their closed sets, so that no caller adds to them", () => {
    const counters = createCounters(definitions);
    // @ts-expect-error a label value outside its set does not type-check
    expect(() => counters.add("requests_total", { surface: "x\n# HELP", outcome: "ok" })).toThrow(TypeError);
    // @ts-expect-error a label that is missing does not type-check
    expect(() => counters.add("requests_total", { surface: "taxii" })).toThrow(TypeError);
    // @ts-expect-error a counter that was not defined does not type-check
    expect(() => counters.add("other_total", {})).toThrow(TypeError);
    expect(counters.samples()).toEqual([]);
  });

  it.each([-1, Number.NaN])("only rise: not by %j", (by) => {
    expect(() => createCounters(definitions).add("turns_total", {}, by)).toThrow(TypeError);
  });

  it("are refused with too many combinations, with none, and with names that text formats do not know", () => {
    const values = Array.from({ length: counterSeriesMax + 1 }, (_, i) => `v${i}`);
    expect(() => createCounters({ a_total: { help: "", labels: { a: values } } })).toThrow(TypeError);
    expect(() => createCounters({ a_total: { help: "", labels: { a: [] } } })).toThrow(TypeError);
    expect(() => createCounters({ "a total": { help: "", labels: {} } })).toThrow(TypeError);
    expect(() => createCounters({ a_total: { help: "", labels: { "a-b": ["x"] } } })).toThrow(TypeError);
    expect(() => createCounters({ a_total: { help: "", labels: { a: ['x"} 1\nb_total'] } } })).toThrow(TypeError);
    expect(() => createCounters({ a_total: { help: "one\ntwo", labels: {} } })).toThrow(TypeError);
  });

  it("are written as Prometheus text", () => {
    const counters = createCounters(definitions);
    counters.add("requests_total", { surface: "oauth", outcome: "refused" });
    counters.add("turns_total", {}, 3);
    expect(formatCounters(definitions, counters.samples())).toBe(
      [
        "# HELP requests_total Requests answered.",
        "# TYPE requests_total counter",
        'requests_total{surface="oauth",outcome="refused"} 1',
        "# HELP turns_total Turns taken.",
        "# TYPE turns_total counter",
        "turns_total 3",
        "",
      ].join("\n"),
    );
  });
});
