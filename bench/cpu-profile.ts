// Reads a V8 CPU profile: in which functions the time went, by itself and with what they called.
import { readFileSync } from "node:fs";

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface Spent {
  readonly place: string;
  /** Shares of the time that the process was not idle. */
  readonly self: number;
  readonly total: number;
}

export interface Profile {
  /** Share of the time that the process waited. */
  readonly idle: number;
  /** Functions by their own time, the costliest first. */
  readonly spent: readonly Spent[];
}

export function readProfile(file: string): Profile {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, "utf8")) as CpuProfile; // written by Node
  const own = new Map<number, number>();
  samples.forEach((id, i) => own.set(id, (own.get(id) ?? 0) + (timeDeltas[i] ?? 0)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const self = new Map<string, number>();
  const total = new Map<string, number>();
  let busy = 0;
  let waited = 0;
  const add = (sums: Map<string, number>, place: string, time: number): void =>
    void sums.set(place, (sums.get(place) ?? 0) + time);
  // A function that calls itself counts once: only its outermost call adds to its total.
  const walk = (node: ProfileNode, above: ReadonlySet<string>): number => {
    const place = placeOf(node);
    const within = new Set(above).add(place);
    let time = own.get(node.id) ?? 0;
    if (isIdle(place)) waited += time;
    else busy += time;
    add(self, place, time);
    for (const child of node.children ?? []) {
      const below = byId.get(child);
      if (below !== undefined) time += walk(below, within);
    }
    if (!above.has(place)) add(total, place, time);
    return time;
  };
  const [root] = nodes;
  if (root !== undefined) walk(root, new Set());
  const spent = [...self]
    .filter(([place]) => !isIdle(place))
    .map(([place, time]) => ({ place, self: time / busy, total: (total.get(place) ?? 0) / busy }))
    .sort((a, b) => b.self - a.self);
  return { idle: waited / (busy + waited), spent };
}

const isIdle = (place: string): boolean => place === "(idle)" || place === "(root)";
const project = new URL("../", import.meta.url).href;

function placeOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const name = functionName === "" ? "(anonymous)" : functionName;
  return url === "" ? name : `${name} ${url.replace(project, "")}:${lineNumber + 1}`;
}
