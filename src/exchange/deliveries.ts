// The board of deliveries of one's own object: to which states one's rules gave it and from when, and what they say of it. By
// one's own rules over time and each state's `pulls` alone: whether another's act kept something from a state is not told, so
// that a pull which passed the turn reads as pulled (exchange-model, no-oracle).
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { findParty, type PolicyVersion } from "../directory/directory.ts";
import type { Party } from "../directory/state.ts";
import type { JsonObject } from "../encoding/json.ts";
import { formatMicros, type Micros } from "../encoding/timestamp.ts";
import { pullTold } from "../policy/disclosure.ts";
import { policyOf } from "../policy/parse.ts";
import { levelRank } from "../stix/marking.ts";
import { listPolicies } from "../store/directory.ts";
import type { DirectorySnapshot } from "../store/directory.ts";
import { findAnswered, findPassed, findRecalls, turnFrom } from "../store/life.ts";
import { findObjects } from "../store/objects.ts";
import { isErased } from "./erased.ts";
import type { Exchange } from "./exchange.ts";
import { untold } from "./explain.ts";
import { writePassed } from "./passed.ts";
import { absent } from "./released-to.ts";
import { stillStands } from "./still-stands.ts";
import { decideWorld, loadWorld, type Version, type World } from "./world.ts";

/** Changes of policy, contributions and recalls of the id that a board looks back over. */
export const MOMENTS_MAX = 200;

export interface Delivery {
  readonly party: string;
  /** From when one's rules gave it; a time to come: not before. null: of what is erased that is not known any more. */
  readonly offered: string | null;
  /** When a pull of the state passed it, as its policy tells; null: not yet, or not told. */
  readonly pulled: string | null;
  readonly notice: string | null;
  readonly acknowledged: string | null;
  readonly attested: string | null;
}

export interface VersionDelivered {
  readonly version: string;
  readonly collection: string;
  readonly contributed: string;
  /** Then only those who answered are told. */
  readonly erased: boolean;
  readonly recalled: { readonly at: string; readonly reason: string } | null;
  readonly states: readonly Delivery[];
}

/** [since, end): one's rules give it to the party meanwhile, to clients that may have this rank. */
interface Offer {
  readonly party: Party;
  readonly since: Micros;
  readonly end: Micros | null;
  readonly rank: number;
}

/** @throws {Refusal} forbidden without the scope · not-found: nothing of one's own has this id */
export async function listDeliveries(
  exchange: Exchange,
  caller: Caller,
  id: string,
): Promise<readonly VersionDelivered[]> {
  requireScope(caller, "explain");
  const { directory } = await exchange.directory();
  stillStands(directory, caller);
  const party = findParty(directory, caller.state);
  const { engine } = exchange.store;
  const own = (await findObjects(engine, [id])).filter((row) => row.contributor === party?.n);
  if (party === null || own.length === 0) throw absent();
  await writePassed(exchange);
  const ns = own.map((row) => row.n);
  const [loaded, recalls, answered, policies] = await Promise.all([
    loadWorld(exchange, directory, { n: 0, base: exchange.now() }, [id]),
    findRecalls(engine, ns),
    findAnswered(engine, ns),
    listPolicies(engine, party.n),
  ]);
  const recalledAt = new Map(recalls.map((row) => [row.object, row]));
  const world = { ...loaded, versions: loaded.versions.filter(({ row }) => ns.includes(row.n)) };
  const versions = policies.map(({ version, since, document }): PolicyVersion => {
    return { party: party.code, version, since, document: JSON.parse(document) as JsonObject }; // written by setPolicy from one
  });
  const offers = offersOverTime(world, party, versions, (n) => recalledAt.get(n)?.at ?? null);
  const answersTo = answersIn(directory, answered);
  const aliases = new Map(directory.collections.map((one) => [one.n, one.alias]));
  return Promise.all(
    world.versions.map(async (version): Promise<VersionDelivered> => {
      const { n, version: name, collection } = version.row;
      const recall = recalledAt.get(n);
      return {
        version: name,
        collection: aliases.get(collection) ?? "",
        contributed: formatMicros(version.contribution.at),
        erased: isErased(version.row),
        recalled: recall === undefined ? null : { at: formatMicros(recall.at), reason: recall.reason },
        states: isErased(version.row)
          ? answersTo(n).map((one) => ({ ...one, offered: null, pulled: null, notice: null }))
          : await Promise.all(
              // What was withdrawn before it was approved was offered to nobody.
              [...Map.groupBy(recall?.reason === "withdrawn" ? [] : (offers.get(n) ?? []), (one) => one.party.code)]
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(async ([code, given]): Promise<Delivery> => {
                  const since = Math.min(...given.map((offer) => offer.since));
                  const pulled = await pulledAt(exchange, collection, given);
                  const isTold = recall !== undefined && recall.reason !== "retained" && since < recall.at;
                  return {
                    ...(answersTo(n).find(({ party: by }) => by === code) ?? saysNothing(code)),
                    offered: formatMicros(since),
                    pulled: written(pulled === null ? null : pullTold(policyOf(directory, code), pulled)),
                    notice: isTold ? formatMicros(recall.at) : null,
                  };
                }),
            ),
      };
    }),
  );
}

type Answers = Pick<Delivery, "party" | "acknowledged" | "attested">;

const saysNothing = (party: string): Answers => ({ party, acknowledged: null, attested: null });

/** What each party answered to a version, alphabetical. */
function answersIn({ byNumber }: DirectorySnapshot, rows: Awaited<ReturnType<typeof findAnswered>>) {
  return (n: number): readonly Answers[] =>
    [
      ...Map.groupBy(
        rows.filter((row) => row.object === n),
        (row) => byNumber.get(row.party)?.code ?? "",
      ),
    ]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([party, said]) => {
        const at = (kind: string): string | null => written(said.find((row) => row.kind === kind)?.at ?? null);
        return { party, acknowledged: at("acknowledge"), attested: at("attest") };
      });
}

const written = (at: Micros | null): string | null => (at === null ? null : formatMicros(at));

type Policies = readonly PolicyVersion[];

/** What one's rules gave, moment by moment: between two acts of one's own nothing but time changes it. */
function offersOverTime(
  world: World,
  party: Party,
  policies: Policies,
  recalledAt: (n: number) => Micros | null,
): ReadonlyMap<number, readonly Offer[]> {
  const offers = new Map<number, Offer[]>();
  const first = Math.min(...world.versions.map(({ contribution }) => contribution.at));
  const moments = [
    ...policies.map(({ since }) => since),
    ...world.versions.map(({ contribution }) => contribution.at),
    ...world.versions.flatMap(({ row }) => recalledAt(row.n) ?? []),
    ...world.approved.values(),
  ];
  const times = [...new Set(moments.map((at) => Math.max(at, first)))].sort((a, b) => a - b).slice(-MOMENTS_MAX);
  times.forEach((from, i) => {
    const end = times[i + 1] ?? null;
    for (const { n, offer } of offersAt(worldAt(world, party, policies, recalledAt, from), party, from, end))
      offers.set(n, [...(offers.get(n) ?? []), offer]);
  });
  return offers;
}

function worldAt(
  world: World,
  party: Party,
  policies: Policies,
  recalledAt: (n: number) => Micros | null,
  at: Micros,
): World {
  const policy = policies.findLast(({ since }) => since <= at);
  const others = [...world.directory.policies].filter(([code]) => code !== party.code);
  const isRecalled = ({ row }: Version): number => ((recalledAt(row.n) ?? Number.POSITIVE_INFINITY) <= at ? 1 : 0);
  const awaited = [...world.approved].filter(([, approved]) => approved > at).map(([n]) => n);
  return {
    ...world,
    at,
    waiting: new Set([...world.waiting, ...awaited]),
    directory: {
      ...world.directory,
      policies: new Map(policy === undefined ? others : [...others, [party.code, policy]]),
    },
    versions: world.versions
      .filter(({ contribution }) => contribution.at <= at)
      .map((version) => ({ ...version, row: { ...version.row, recalled: isRecalled(version) } })),
  };
}

function offersAt(
  world: World,
  owner: Party,
  from: Micros,
  end: Micros | null,
): readonly { readonly n: number; readonly offer: Offer }[] {
  return decideWorld(world, untold)
    .filter(({ version }) => version.row.recalled === 0)
    .flatMap(({ version, level, decisions, recipients }) =>
      recipients.flatMap((party, i) => {
        const decision = decisions[i];
        if (decision?.offered !== true || party.n === owner.n) return [];
        const since = Math.max(decision.from, from);
        const until = decision.until === null ? end : Math.min(decision.until, end ?? decision.until);
        if (until !== null && since >= until) return [];
        return [{ n: version.row.n, offer: { party, since, end: until, rank: levelRank(level) } }];
      }),
    );
}

/** The first time at which the party's pulls passed what was given to it, while it was. */
async function pulledAt(exchange: Exchange, collection: number, offers: readonly Offer[]): Promise<Micros | null> {
  for (const { party, since, end, rank } of offers) {
    if (since > exchange.now()) continue;
    const { engine } = exchange.store;
    const at = (await findPassed(engine, collection, rank, await turnFrom(engine, since))).get(party.n);
    if (at !== undefined && (end === null || at < end)) return at;
  }
  return null;
}
