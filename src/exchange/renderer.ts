// Renders what somebody is not given whole (policy/render): the exchange's side of it, with its keys and its markings.
import type { Bodies } from "./candidates.ts";
import type { Exchange } from "./exchange.ts";
import type { World } from "./world.ts";
import type { Terms } from "../policy/decision.ts";
import type { StixObject } from "../stix/object.ts";

export interface Rendering {
  readonly terms: Terms;
  /** Rank of the strictest level that the reader may have. */
  readonly ceiling: number;
  /** How the reader knows an id that is referred to; null: not at all, and the reference is cut. */
  idOf(id: string): string | null;
}

export type Rendered =
  | { readonly kind: "whole" }
  | { readonly kind: "rendered"; readonly object: StixObject }
  | { readonly kind: "withheld" };

export interface Renderer {
  render(object: StixObject, rendering: Rendering): Rendered;
}

/** What an object is rendered with, until the room of rules has it: nothing is left of what is not whole. */
export async function rendererOf(_exchange: Exchange, _world: World, _bodies: Bodies): Promise<Renderer> {
  return { render: () => ({ kind: "withheld" }) };
}
