// What the runner puts into the runtime, as far as the tests use it.
declare module "cloudflare:workers" {
  export const env: {
    readonly DB: import("../../src/store/engines/d1.ts").D1;
    readonly MIGRATIONS: readonly unknown[];
  };
}

declare module "cloudflare:test" {
  import type { Lifetime } from "../../src/edge/share.ts";
  /** Empties every database that is bound. */
  export function reset(): Promise<void>;
  export function applyD1Migrations(
    database: import("../../src/store/engines/d1.ts").D1,
    migrations: readonly unknown[],
  ): Promise<void>;
  export function createExecutionContext(): Lifetime;
  export function waitOnExecutionContext(lifetime: Lifetime): Promise<void>;
}
