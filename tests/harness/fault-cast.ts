// Five states whose policies differ, and what these policies give, read off them by hand: no code of the exchange decides here.
import type { Json } from "../../src/encoding/json.ts";
import type { Member } from "./commands.ts";
import type { TlpLevel } from "./objects.ts";

export const collections = ["threat-reports", "best-practices"] as const;
export const states = ["KZ", "TR", "IN", "UZ", "AZ"] as const;
export type State = (typeof states)[number];

const everyone = { name: "region-wide", share: ["all"], when: { tlp: "green" } };
const asSaid = { name: "as I said", share: ["named"], when: { tlp: "red" } };

const policies: Readonly<Record<State, Json>> = {
  KZ: {
    unmarked: "green",
    groups: { neighbours: ["TR", "UZ"] },
    rules: [everyone, { name: "neighbours", share: ["group:neighbours"], when: { tlp: ["amber"] } }, asSaid],
  },
  TR: { unmarked: "amber", rules: [everyone, asSaid] },
  IN: { unmarked: "amber", rules: [{ name: "advisories", share: ["all"], when: { tlp: "clear" } }, asSaid] },
  UZ: {
    unmarked: "amber",
    rules: [everyone, { name: "all but one", share: ["all"], except: ["IN"], when: { tlp: ["amber"] } }, asSaid],
  },
  AZ: {
    unmarked: "amber",
    rules: [everyone, { name: "across the sea", share: ["KZ"], when: { tlp: ["amber"] } }, asSaid],
  },
};

/** Whom each policy gives amber. */
const amberTo: Readonly<Record<State, readonly State[]>> = {
  KZ: ["TR", "UZ"],
  TR: [],
  IN: [],
  UZ: ["KZ", "TR", "AZ"],
  AZ: ["KZ"],
};

/** States whose analysts may have red. */
export const cleared: readonly State[] = ["KZ", "TR", "IN"];

export const members: readonly Member[] = states.map((code) => ({
  code,
  policy: policies[code],
  clients: [
    { id: `${code}-contributor`, role: "contributor" },
    { id: `${code}-analyst`, role: "analyst", cleared: cleared.includes(code) },
  ],
}));

/** Whether the contributor's policy gives the state something of this level (the instruction's `to`, where there is one). */
export function gives(by: State, level: TlpLevel, to: readonly State[] | null, state: State): boolean {
  if (state === by) return true;
  if (to !== null) return level === "red" && to.includes(state);
  switch (level) {
    case "clear":
      return true;
    case "green":
      return by !== "IN";
    case "amber":
      return amberTo[by].includes(state);
    default:
      return false;
  }
}

/** Whether the state's analyst sees this level of what its state has. */
export function sees(state: State, level: TlpLevel): boolean {
  return level !== "red" || cleared.includes(state);
}
