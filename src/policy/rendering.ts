// What rendering an object for a reader takes and gives (policy.md, Renditions). render.ts does it; exchange acts, which know
// who has what, make the context.

import type { ResolveMarking } from "../stix/marking.ts";
import type { StixObject } from "../stix/object.ts";
import type { Target } from "./mirrored.ts";

/** What the decision says of step 6. */
export interface RenderTerms {
  readonly unattributed: boolean;
  /** The union of what the shares and the instruction redact. */
  readonly redact: readonly string[];
}

export interface Referred {
  /** Where, in the contributed object; for an extension its member of `extensions`. */
  readonly pointer: string;
  readonly id: string;
  readonly kind: "ref" | "marking" | "created-by" | "object" | "extension";
}

/** How a reference is written for the reader. */
export interface Written {
  /** The reader's id of it, or the same where it is the commons' or was not read. */
  readonly id: string;
  /**
   * What is referred to: of the commons; of the same contribution, as what the reader has of it is of it; public; or anything
   * else, what was not read among it. An unattributed object keeps no reference of the last kind.
   */
  readonly scope: "commons" | "contribution" | "public" | "elsewhere";
}

export interface RenderContext {
  /**
   * levelRank of the strictest level at which this object's owner would let the reader have anything of it. What is marked
   * above goes.
   */
  readonly ceiling: number;
  /** Markings as the contributor means them. */
  readonly resolve: ResolveMarking;
  /** How a reference is written for the reader; null: it is cut, as what it names is never the reader's. */
  readonly refer: (reference: Referred) => Written | null;
  /** The id that the rendition has where it is derived, and `modified` of the last version under it (null: none). */
  readonly derived: { readonly id: string; readonly last: string | null };
  /** Id of the exchange's own identity, the author of what is unattributed. */
  readonly exchangeIdentity: string;
  /** Of a language-content: what it speaks of. Null: not at hand. */
  readonly target: Target | null;
  /** Pointers to personal data found in the object's texts, which the profile `personal` takes away, too. */
  readonly personal?: readonly string[];
}

export type WithheldReason =
  /** STIX requires what goes. */
  | "required"
  /** The observable's id is made of what goes. */
  | "contributing"
  /** A marking would have to go, or what only the exchange may change. */
  | "fixed"
  /** The reader lacks a marking or an extension that explains it. */
  | "companion"
  /** A granular marking above the reader's ceiling cannot be read. */
  | "granular"
  /** Nothing of the kind goes unattributed. */
  | "unattributed";

export type Rendering =
  /** The value as it was contributed. */
  | { readonly kind: "whole" }
  | {
      readonly kind: "rendered";
      readonly object: StixObject;
      /** By redaction or a granular marking; the object says so in a marking. */
      readonly reduced: boolean;
      /** Whether it has the derived id. An observable that proves its id never has. */
      readonly derived: boolean;
      /** Every reference of the contributed object and the id that stands for it; null: none does. */
      readonly references: readonly (Referred & { readonly written: string | null })[];
      /** What is not there, in places of the contributed object, in order. */
      readonly removed: readonly string[];
    }
  | {
      readonly kind: "withheld";
      readonly reason: WithheldReason;
      /** In the contributed object. */
      readonly pointer: string;
    };

/** A step that ends in withholding. */
export type Withheld = Extract<Rendering, { readonly kind: "withheld" }>;

export function withhold(reason: WithheldReason, pointer: string): Withheld {
  return { kind: "withheld", reason, pointer };
}
