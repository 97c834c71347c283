// What a suite that runs on every engine is given: a way to open an empty database, whichever runtime it is in.
import type { Engine } from "../../src/store/engine.ts";

export interface OpenedEngine {
  readonly engine: Engine;
  close(): Promise<void>;
}

export type OpenEngine = () => Promise<OpenedEngine>;

/** An engine whose batches meet a fault: an answer that is lost, another instance that is first. */
export function faulty(engine: Engine, fault: (batch: () => Promise<void>) => Promise<void>): Engine {
  return { ...engine, batch: (statements) => fault(() => engine.batch(statements)) };
}
