// What every bench is given: how long to measure, where its files go, and how to load a server.
import { join } from "node:path";
import { Child } from "./child.ts";
import type { Call, Load, Loaded } from "./load.ts";
import { Neighbours } from "./neighbours.ts";
import type { ServerQuestion } from "./server.ts";

export const CONNECTIONS = 16;

export interface Plan {
  readonly quick: boolean;
  readonly rounds: number;
  /** Seconds of one load. */
  readonly seconds: number;
  /** Objects held, small and large. */
  readonly sizes: readonly [small: number, large: number];
  readonly folder: string;
  /** Seconds that each bench may lose to waiting for other programs. */
  readonly patience: number;
}

export class Bench {
  readonly plan: Plan;
  readonly neighbours = new Neighbours();
  readonly #loader = new Child("./load.ts");

  constructor(plan: Plan) {
    this.plan = plan;
  }

  folder(name: string): string {
    return join(this.plan.folder, name);
  }

  async load(
    port: number,
    calls: readonly Call[],
    options: { readonly once?: boolean; readonly seconds?: number } = {},
  ): Promise<Loaded> {
    return this.drive({
      by: "sockets",
      origin: `http://127.0.0.1:${port}`,
      calls,
      connections: CONNECTIONS,
      seconds: options.seconds ?? this.plan.seconds,
      once: options.once ?? false,
    });
  }

  async drive(load: Load): Promise<Loaded> {
    return this.#loader.ask<Loaded>(load);
  }

  /** The exchange on a database, listening. */
  async serve(database: string): Promise<Server> {
    const child = new Child("./server.ts", [database]);
    return new Server(child, await child.ask<number>({ ask: "port" } satisfies ServerQuestion));
  }

  async close(): Promise<void> {
    await this.#loader.stop();
  }
}

export class Server {
  readonly child: Child;
  readonly port: number;
  constructor(child: Child, port: number) {
    this.child = child;
    this.port = port;
  }
  ask<Answer>(question: ServerQuestion): Promise<Answer> {
    return this.child.ask<Answer>(question);
  }
}

export function log(text: string): void {
  process.stderr.write(`${text}\n`);
}
