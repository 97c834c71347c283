// What the serving thread and the log's thread say to each other.
import type { RefusalCode } from "../refusal.ts";

export interface IntegratorFiles {
  readonly database: string;
  readonly journal: string;
  /** The journal's name. */
  readonly name: string;
  /** The text of the exchange's keys. */
  readonly keys: string;
}

export type ToIntegrator =
  /** Take in all that was acknowledged. */
  | { readonly kind: "integrate" }
  /** The books are the thread's to write, until it says that it has. */
  | { readonly kind: "write" }
  | { readonly kind: "close" };

export type FromIntegrator =
  /** May the books be written? */
  | { readonly kind: "asking" }
  | { readonly kind: "written" }
  /** The log's size. */
  | { readonly kind: "integrated"; readonly size: number }
  | { readonly kind: "failed"; readonly message: string; readonly code: RefusalCode | null };
