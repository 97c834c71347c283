// What is asked of everyone who decides in differential.test.ts, as plain data and in the words that people write: a policy, a
// contribution with its instruction, who takes part and since when. Nothing in it was read by the code that is tested.

import type { JsonObject } from "../../src/encoding/json.ts";
import type { Reach } from "../../src/directory/client.ts";
import type { Interval } from "../../src/directory/state.ts";
import type { Level } from "../../src/stix/marking.ts";

export type { Interval, Level };

// Type aliases, and not interfaces: these are JSON objects, and the compiler knows it of aliases alone.
export type When = {
  readonly type?: string | readonly string[];
  readonly tlp?: Level | readonly Level[];
  readonly collection?: string | readonly string[];
  readonly label?: string | readonly string[];
  readonly sector?: string | readonly string[];
  readonly severity?: string | readonly string[];
  readonly confidence?: { readonly min?: number; readonly max?: number };
  readonly "created-by"?: string | readonly string[];
  readonly exercise?: boolean;
  readonly personal?: boolean;
};

export type RuleWords = {
  readonly name: string;
  readonly share?: readonly string[];
  readonly withhold?: readonly string[];
  readonly except?: readonly string[];
  readonly when?: When;
  readonly as?: "named" | "unattributed";
  readonly redact?: readonly string[];
  readonly after?: string;
  readonly until?: string;
};

export type PolicyWords = {
  readonly unmarked: Level | "refuse";
  readonly groups: { readonly [name: string]: readonly string[] };
  readonly rules: readonly RuleWords[];
  readonly grow: "ask" | "auto" | "never";
  readonly retain?: string;
};

export type InstructionWords = {
  readonly to?: readonly string[];
  readonly "not-to"?: readonly string[];
  readonly as?: "named" | "unattributed";
  readonly redact?: readonly string[];
  readonly after?: string;
  readonly until?: string;
  readonly exercise?: boolean;
};

/** One object of the contribution, and what is known of it beside its content. */
export interface Contributed {
  readonly object: JsonObject & { readonly type: string; readonly id: string };
  /** Ascending with versions of its id. */
  readonly version: number;
  /** The strictest of its own markings; null: none of them has a level. */
  readonly marking: Level | null;
  /** Whether a marking of its own forbids naming the provider. */
  readonly nameless: boolean;
  /** The ids that it refers to, creator and markings aside. */
  readonly references: readonly string[];
  /**
   * How the latest version of its id, a later one, was marked or what it inherited (null: neither), in each collection in which
   * it stood: of those that stood when this was contributed, and of those that stand now. Empty: this is the latest.
   */
  readonly laterThen: readonly (Level | null)[];
  readonly laterNow: readonly (Level | null)[];
  /** When its contributor first contributed the id. */
  readonly first: number;
  /** Who has an earlier version. */
  readonly earlier: readonly string[];
  /** What was found in it; absent: nobody looked. */
  readonly personal?: boolean;
  readonly authors?: readonly string[];
  readonly affected?: readonly string[];
  /** Who the author is that is known without its name: the exchange knows. */
  readonly unmasked: readonly string[];
}

export interface Member {
  readonly kind: "state" | "secretariat" | "exchange" | "public" | "unattributed";
  readonly code: string;
  /** When it took part. The public and the unattributed author have no standing. */
  readonly intervals: readonly Interval[];
}

export interface World {
  readonly policy: PolicyWords;
  /** The owner is the first of them. */
  readonly members: readonly Member[];
  /** Null: nobody says who is in which circle. */
  readonly circles: { readonly [name: string]: { readonly [code: string]: readonly Interval[] } } | null;
  /** Until when states have standing that have not signed the current terms; null: there are none. */
  readonly unsigned: { readonly [code: string]: number } | null;
  /** When the owner confirmed a state; null: nobody asks it to. */
  readonly confirmed: { readonly [code: string]: number } | null;
  readonly contributedAt: number;
  readonly collection: string;
  readonly instruction: InstructionWords;
  readonly objects: readonly Contributed[];
  /** Now. */
  readonly at: number;
}

/** May this recipient have this object, and may this client of its read it? */
export interface Question {
  readonly object: number;
  readonly recipient: number;
  readonly client: { readonly reach: Reach; readonly cleared: boolean };
}

export const levelsByStrictness: readonly Level[] = ["clear", "green", "amber", "amber+strict", "red"];

/** Definitions explain other objects: no policy decides on them, and they join nothing (0003). */
export function isDefinition({ object: { type } }: Contributed): boolean {
  return type === "marking-definition" || type === "extension-definition";
}

export function at<Item>(list: readonly Item[], place: number): Item {
  const item = list[place];
  if (item === undefined) throw new RangeError(`There is nothing at ${place}.`);
  return item;
}
