// Erasing: of versions that were recalled, or kept for as long as their owner keeps them, nothing of the content stays in the
// books: no bytes of any rendition, no text or hash of it, nothing that was read from it. What stays is that they were there:
// ids, versions, times, to whom they went, what was answered, and the log.
import { retainedUntil } from "../policy/decide.ts";
import { isCompanion } from "../policy/companion.ts";
import type { ContributionFacts, Facts } from "../policy/facts.ts";
import { policyOf } from "../policy/parse.ts";
import { NOTICE } from "../policy/view.ts";
import { isDeterministic } from "../stix/object.ts";
import { findDerived } from "../store/derived.ts";
import { findContributed } from "../store/approvals.ts";
import {
  draftNoLongerDueOf,
  draftNoLongerWaiting,
  findContributions,
  findRenditionNumbers,
  type ObjectRow,
} from "../store/objects.ts";
import { type Statement, update } from "../store/statement.ts";
import { derivedMac } from "./door-derived.ts";
import { ERASED, ofNothing } from "./erased.ts";
import type { Exchange } from "./exchange.ts";
import type { World } from "./world.ts";

/** Versions of the world that their owners keep no longer. Definitions explain what is kept, and stay. */
export function keptNoLonger(world: World): readonly ObjectRow[] {
  return world.versions
    .filter(({ row, contribution: { by, at } }) => {
      const until = retainedUntil(policyOf(world.directory, by), at);
      return until !== null && until <= world.at && row.recalled === 0 && !isCompanion(row.type);
    })
    .map(({ row }) => row);
}

/** What erases these versions, of which nothing stands any more once the statements of their act before these ran. */
export async function draftErased(exchange: Exchange, rows: readonly ObjectRow[]): Promise<readonly Statement[]> {
  if (rows.length === 0) return [];
  const { engine } = exchange.store;
  const ns = rows.map((row) => row.n);
  // The notice that an id ended holds nothing of the object, and goes on telling it; an owner's revocation is a version like others.
  const derived = await findDerived(engine, ns);
  const notices = new Set(derived.filter(({ ended }) => ended === NOTICE).map((row) => row.n));
  const renditions = (await findRenditionNumbers(engine, ns)).filter(({ n }) => !notices.has(n));
  const types = new Map(rows.map(({ n, type }) => [n, type]));
  // Under the id by which its reader knows it.
  const ids = new Map([...rows, ...derived].map(({ n, id }) => [n, id]));
  return [
    ...update(
      "rendition",
      renditions.map(({ n, object }) => ({ n, body: JSON.stringify({ type: types.get(object), id: ids.get(n) }) })),
      1,
    ),
    ...update(
      "derived",
      derived
        .filter(({ n }) => !notices.has(n))
        .map((row) => ({ ...row, digest: ERASED }))
        .map((row) => ({ n: row.n, digest: row.digest, size: 0, mac: derivedMac(exchange.keys.audience, row) })),
      1,
    ),
    ...update(
      "object",
      rows.map((row) => ({ n: row.n, facts: erasedFacts(row), refs: NOTHING_READ, size: 0, digest: digestLeft(row) })),
      1,
    ),
    ...draftNoLongerWaiting(ns),
    ...draftNoLongerDueOf(ns),
    ...(await draftContributions(exchange, rows)),
  ];
}

const NOTHING_READ = JSON.stringify({ refs: [], needs: [] });

/** Its id tells as much of an observable as its hash, and without the hash the same would come back as if it were new. */
function digestLeft({ id, digest }: ObjectRow): string {
  return isDeterministic(id) ? digest : ERASED;
}

/** What the books go on by: that it is revoked, so that no version follows. */
function erasedFacts(row: ObjectRow): string {
  const { id, type, level, inherited, granular, unattributed, revoked } = JSON.parse(row.facts) as Facts; // written by contribute
  const nothing: Facts = {
    id,
    type,
    level,
    inherited,
    labels: [],
    sectors: [],
    severities: [],
    exercise: false,
    confidence: null,
    createdBy: null,
    granular,
    unattributed,
    revoked,
  };
  return JSON.stringify({ ...nothing, erased: true });
}

/** What a contribution says of its objects together goes with the last of them: until then it keeps the others from somebody. */
async function draftContributions(exchange: Exchange, rows: readonly ObjectRow[]): Promise<readonly Statement[]> {
  const { engine } = exchange.store;
  const gone = new Set(rows.map((row) => row.n));
  const emptied: number[] = [];
  for (const contribution of new Set(rows.map((row) => row.contribution)))
    if ((await findContributed(engine, contribution)).every((row) => gone.has(row.n))) emptied.push(contribution);
  const found = await findContributions(engine, emptied);
  return update(
    "contribution",
    found.map(({ n, facts }) => ({ n, facts: JSON.stringify(ofNothing(JSON.parse(facts) as ContributionFacts)) })), // written by contribute
    1,
  );
}
