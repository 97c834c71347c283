// Who may write the books when: an engine whose writes pass a gate. SQLite has one writer and makes a second one wait where it
// stands, so that two threads of a process take turns instead (node/integrator.ts).
import type { Engine } from "./engine.ts";

/** Lets a piece of work begin when it may; its outcome is the work's. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

export function throughGate(engine: Engine, gate: Gate): Engine {
  return { ...engine, batch: (statements) => gate(() => engine.batch(statements)) };
}

/** One at a time, in the order of asking; a failure is its own work's and keeps nobody out. */
export function turnstile(): Gate {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}
