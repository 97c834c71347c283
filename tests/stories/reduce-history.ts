// Makes a history that disagrees small: fewer steps, fewer who ask, fewer objects in each contribution, fewer rules in each
// policy, for as long as the exchange and the oracle still disagree. Asked for by SERAI_REDUCE=1.
import type { JsonObject } from "../../src/encoding/json.ts";
import { reduceList } from "../harness/reduce.ts";
import type { History, Step } from "./history.ts";

/** @param disagrees plays a history; what it disagreed in, or null */
export async function reduceHistory(
  history: History,
  disagrees: (history: History) => Promise<string | null>,
): Promise<History> {
  const fails = async (smaller: History): Promise<boolean> => (await disagrees(smaller)) !== null;
  let small = await shortest(history, fails);
  for (let before = ""; before !== JSON.stringify(small);) {
    before = JSON.stringify(small);
    const viewers = await reduceList(small.viewers, (part) => fails({ ...small, viewers: part }));
    small = { ...small, viewers };
    const steps = await reduceList(small.steps, (part) => fails({ ...small, steps: part }));
    small = { ...small, steps };
    for (let i = 0; i < small.steps.length; i += 1) small = await thinner(small, i, fails);
  }
  return small;
}

/** The beginning that is long enough to fail, as far as halving finds it. */
async function shortest(history: History, fails: (history: History) => Promise<boolean>): Promise<History> {
  let [low, high] = [0, history.steps.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (await fails({ ...history, steps: history.steps.slice(0, middle) })) high = middle;
    else low = middle;
  }
  return { ...history, steps: history.steps.slice(0, high) };
}

/** One step with less in it. */
async function thinner(history: History, i: number, fails: (history: History) => Promise<boolean>): Promise<History> {
  const step = history.steps[i];
  const having = (other: Step): History => ({ ...history, steps: history.steps.with(i, other) });
  if (step?.act === "contribute") {
    const objects = await reduceList(step.objects, (part) => fails(having({ ...step, objects: part })));
    return having({ ...step, objects });
  }
  if (step?.act === "policy") {
    const rules = await reduceList(step.policy.rules, (part) =>
      fails(having({ ...step, policy: { ...step.policy, rules: part } })),
    );
    return having({ ...step, policy: { ...step.policy, rules } });
  }
  return history;
}

/** A history to be read: a line for each step, and one for each object. */
export function tellHistory({ viewers, steps }: History): string {
  const asking = viewers.map(({ state, most }) => `${state} at ${most}`).join(", ");
  return [`asked by: ${asking}`, ...steps.map((step, i) => `${i}. ${tellStep(step)}`)].join("\n");
}

function tellStep(step: Step): string {
  switch (step.act) {
    case "contribute": {
      const to = step.to === undefined ? "" : ` to ${step.to.join(",")}`;
      return [`${step.state} contributes into ${step.collection}${to}`, ...step.objects.map(tellObject)].join(
        "\n     ",
      );
    }
    case "policy": {
      const { rules, ...rest } = step.policy;
      return [`${step.state} sets ${JSON.stringify(rest)}`, ...rules.map((rule) => JSON.stringify(rule))].join(
        "\n     ",
      );
    }
    case "poll":
      return `${step.viewer.state} at ${step.viewer.most} polls ${step.collection}`;
    default:
      return JSON.stringify(step);
  }
}

function tellObject(object: JsonObject): string {
  const { spec_version: _, created: __, pattern: ___, pattern_type: ____, valid_from: _____, ...rest } = object;
  return JSON.stringify(rest);
}
