// D1 with a meter: what is sent to it, and how often one waits for it. Everything goes through to the real database.
import type { D1 } from "../../src/store/engines/d1.ts";

type Prepared = ReturnType<D1["prepare"]>;

export interface Meter {
  /** Statements that were run. D1 allows 1,000 a request. */
  statements: number;
  /** Times that the database was gone to: a batch is one. */
  trips: number;
  /** Most parameters of one statement. D1 allows 100. */
  parameters: number;
  /** Bytes of the longest statement. D1 allows 100,000. */
  textBytes: number;
  /** Bytes of the longest parameter. D1 allows 2,000,000, in production only. */
  valueBytes: number;
}

export class CountingD1 implements D1 {
  readonly #database: D1;
  readonly #real = new WeakMap<Prepared, Prepared>();
  meter: Meter = zero();

  constructor(database: D1) {
    this.#database = database;
  }

  /** What an act costs. */
  async measure(act: () => Promise<unknown>): Promise<Meter> {
    this.meter = zero();
    await act();
    return this.meter;
  }

  prepare(text: string): Prepared {
    this.meter.textBytes = Math.max(this.meter.textBytes, bytesOf(text));
    return this.#wrap(this.#database.prepare(text));
  }

  async batch(statements: readonly Prepared[]): Promise<unknown> {
    this.meter.trips += 1;
    this.meter.statements += statements.length;
    return this.#database.batch(statements.map((statement) => this.#real.get(statement) ?? statement));
  }

  #wrap(real: Prepared): Prepared {
    const wrapped: Prepared = {
      bind: (...values) => {
        for (const value of values)
          if (typeof value === "string") this.meter.valueBytes = Math.max(this.meter.valueBytes, bytesOf(value));
        this.meter.parameters = Math.max(this.meter.parameters, values.length);
        return this.#wrap(real.bind(...values));
      },
      all: <T>() => {
        this.meter.trips += 1;
        this.meter.statements += 1;
        return real.all<T>();
      },
    };
    this.#real.set(wrapped, real);
    return wrapped;
  }
}

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;

function zero(): Meter {
  return { statements: 0, trips: 0, parameters: 0, textBytes: 0, valueBytes: 0 };
}
