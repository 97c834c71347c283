// What stood before an act and for whom: members by the dates of feed 0, and to whom each version is or ever was delivered.
import { isActive } from "../directory/state.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { type Audience, audienceOf, hasCeiling, noAudience, union } from "../policy/audience.ts";
import type { Deliveries } from "../policy/deliver.ts";
import { includes, only, type PartySet, setOf } from "../policy/party-set.ts";
import type { Membership } from "../policy/releases.ts";
import { NOTICE } from "../policy/view.ts";
import { EVERYONE } from "../store/page.ts";
import type { EndedRow } from "../store/releases.ts";
import type { World } from "./world.ts";

export function membershipOf(world: World): Membership {
  const states = world.directory.parties.filter((party) => party.kind === "state");
  const covered = new Map<Micros, PartySet>();
  return {
    states: setOf(states.map((party) => party.n)),
    active: setOf(states.filter((party) => isActive(party, world.at)).map((party) => party.n)),
    covered(added) {
      const known = covered.get(added);
      if (known !== undefined) return known;
      const set = setOf(states.filter((party) => isActive(party, added)).map((party) => party.n));
      covered.set(added, set);
      return set;
    },
  };
}

export function deliveriesOf(world: World, membership: Membership): Deliveries {
  const now = new Map<number, Audience>();
  const ever = new Map<number, Audience>();
  const everWhole = new Map<number, Audience>();
  // That an id ended is no delivery of what it stood for.
  const notices = new Set(world.derived.filter((row) => row.ended === NOTICE).map((row) => row.n));
  const standing = world.standing.filter((row) => !notices.has(row.rendition));
  const all = [...standing, ...world.ended.filter((row) => !notices.has(row.rendition))];
  const rows = Map.groupBy(all, (row) => row.n);
  const note = (audiences: Map<number, Audience>, row: Pick<EndedRow, "n" | "feed" | "added" | "ceilings">): void => {
    const readers = row.feed === EVERYONE ? membership.covered(row.added) : only(row.feed);
    audiences.set(row.n, union(audiences.get(row.n) ?? noAudience, audienceOf(readers, row.ceilings)));
  };
  for (const row of standing) note(now, row);
  for (const row of all) {
    note(ever, row);
    // A whole rendition has its object's number.
    if (row.rendition === row.n) note(everWhole, row);
  }
  return {
    now: (n) => now.get(n) ?? noAudience,
    ever: (n) => ever.get(n) ?? noAudience,
    everWhole: (n) => everWhole.get(n) ?? noAudience,
    since(n, party, ceiling) {
      const dates = (rows.get(n) ?? [])
        .filter((row) => hasCeiling(row.ceilings, ceiling))
        .filter(
          (row) => row.feed === party || (row.feed === EVERYONE && includes(membership.covered(row.added), party)),
        )
        .map((row) => row.added);
      return dates.length === 0 ? null : Math.max(...dates);
    },
  };
}
