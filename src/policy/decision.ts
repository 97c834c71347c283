// What is decided of one object for one recipient. Exchange acts turn it into a release now, a release later, or none.

import type { Micros } from "../encoding/timestamp.ts";
import type { Level } from "../stix/marking.ts";
import type { Basis } from "./basis.ts";

/** What a recipient is given of an object: the strictest `as` and the union of `redact` of what names it (policy.md step 6). */
export interface Terms {
  readonly unattributed: boolean;
  /** JSON pointers with `*` and names of profiles, alphabetical. */
  readonly redact: readonly string[];
}

export const wholeTerms: Terms = { unattributed: false, redact: [] };

export interface Decision {
  /** Whether the owner's rules let the recipient have it at all, now or from a later time on. */
  readonly offered: boolean;
  /** Whether its terms leave it as it was contributed, and no part of it is marked. */
  readonly whole: boolean;
  readonly terms: Terms;
  /** From when it may be released, this microsecond included; never before the contribution. */
  readonly from: Micros;
  /** When the release ends, this microsecond no longer included; null: it stands. */
  readonly until: Micros | null;
  /** The ceiling: what a client must be allowed to read (reach.ts). */
  readonly level: Level;
  /**
   * Of an object whose parts are marked: the strictest level at which the rules would give it at the same time on the same
   * terms. Parts that are marked above it go. Absent: no part is marked, or nothing is offered.
   */
  readonly parts?: Level;
  readonly basis: Basis;
}
