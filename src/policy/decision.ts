// What is decided of one object for one recipient. Exchange acts turn it into a release now, a release later, or none.

import type { Micros } from "../encoding/timestamp.ts";
import type { Level } from "../stix/marking.ts";
import type { Basis } from "./basis.ts";

export interface Decision {
  /** Whether the owner's rules let the recipient have it at all, now or from a later time on. */
  readonly offered: boolean;
  /** Whether it goes as it was contributed. What is offered and not whole needs a rendition and is not released yet. */
  readonly whole: boolean;
  /** From when it may be released, this microsecond included; never before the contribution. */
  readonly from: Micros;
  /** When the release ends, this microsecond no longer included; null: it stands. */
  readonly until: Micros | null;
  /** The ceiling: what a client must be allowed to read (reach.ts). */
  readonly level: Level;
  readonly basis: Basis;
}
