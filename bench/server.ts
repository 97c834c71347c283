// The server under load, in a process of its own: the exchange as `serai serve` runs it, on a database that members.ts filled.
// Its one difference: the parent can make the journal acknowledge without writing, to see what the entries cost.
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { integrate } from "../src/exchange/integrate.ts";
import { serveNode } from "../src/node/serve.ts";
import type { Journal } from "../src/store/journal.ts";
import { serveParent } from "./child.ts";
import { settingsOf } from "./members.ts";

export type ServerQuestion =
  | { readonly ask: "port" }
  /** Whether acts that only record leave entries. */
  | { readonly ask: "entries"; readonly on: boolean }
  /** Waits until the log has taken in all entries. */
  | { readonly ask: "settle" }
  /** Profiles the serving thread from now on, or ends that and writes it to a file. */
  | { readonly ask: "profile"; readonly to: string | null };

/** Microseconds. */
const SAMPLE_EVERY = 200;

const served = await serveNode(settingsOf(process.argv[2] ?? ""));
const { store } = served.exchange;
const real = store.journal;
const silent: Journal = {
  ...real,
  record: () => Promise.resolve(1),
  tally: () => Promise.resolve(),
};

const inspector = new Session();

async function profile(to: string | null): Promise<void> {
  if (to === null) {
    inspector.connect();
    await inspector.post("Profiler.enable");
    await inspector.post("Profiler.setSamplingInterval", { interval: SAMPLE_EVERY });
    await inspector.post("Profiler.start");
    return;
  }
  const { profile: taken } = await inspector.post("Profiler.stop");
  inspector.disconnect();
  writeFileSync(to, JSON.stringify(taken));
}

async function answer(question: ServerQuestion): Promise<unknown> {
  switch (question.ask) {
    case "port":
      return served.port;
    case "entries":
      // Nothing in src lets anyone do this.
      Object.assign(store, { journal: question.on ? real : silent });
      return null;
    case "settle": {
      const from = performance.now();
      await integrate(served.exchange);
      return (performance.now() - from) / 1000;
    }
    case "profile":
      return profile(question.to);
  }
}

serveParent(answer, async () => {
  Object.assign(store, { journal: real });
  await served.stop();
});
