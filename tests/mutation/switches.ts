// The switches that instrumented modules ask. In a module of its own, which is loaded before any of them.

interface State {
  /** The number of the change that is made. */
  active: number;
  /** The rule that is taken out. */
  ruleOff: string;
  /** Collects what is asked for, while it is there. */
  reached: Set<string> | null;
}

export const state: State = { active: -1, ruleOff: "", reached: null };

Object.assign(globalThis, {
  __mutant: (n: number): boolean => {
    state.reached?.add(`switch ${n}`);
    return n === state.active;
  },
  __ruleOff: (rule: string): boolean => {
    state.reached?.add(`rule ${rule}`);
    return rule === state.ruleOff;
  },
  __reach: (what: string): void => void state.reached?.add(what),
});
