// The same loads against another TAXII 2.1 server: pulls of pages of a hundred and contributions, objects a second of ours over
// the peer's. Both sides are driven alike, by Node's HTTP client and as one client of the server.
import { dateAddedLastHeader } from "../src/taxii/page.ts";
import { taxiiMediaType } from "../src/taxii/media-type.ts";
import { type Bench, CONNECTIONS, log } from "./bench.ts";
import type { Call, Loaded } from "./load.ts";
import { tokensFor, type Filled } from "./members.ts";
import { audienceOf, envelopeText, indicatorMaker, type Make } from "./objects.ts";
import { PAGE } from "./pages.ts";
import { quantity, type Row } from "./report.ts";
import { interleave, ratioOf, spreadOf } from "./rounds.ts";

const ENVELOPE_OBJECTS = 100;
/** How long pages are looked for, and a peer is waited for that answers before it has taken objects in; milliseconds. */
const WITHIN = 60_000;
/** How long one round of contributions may take, in seconds. */
const CONTRIBUTE_WITHIN = 120;

export interface Peer {
  /** URL of its API root, with a slash at its end. */
  readonly root: string;
  readonly collection: string;
  /** Value of the Authorization header. */
  readonly authorization: string | null;
}

export async function againstPeer(bench: Bench, filled: Filled, peer: Peer): Promise<readonly Row[]> {
  const server = await bench.serve(filled.database);
  const { state } = filled.members[0] ?? { state: "" };
  const ours = async (): Promise<Peer> => ({
    root: `http://127.0.0.1:${server.port}/api/`,
    collection: filled.collection.id,
    authorization: `Bearer ${(await tokensFor(server.port, filled.members)).get(state) ?? ""}`,
  });
  try {
    const make = indicatorMaker(Date.now());
    log("  contributing to both");
    const contributed = await interleave(Math.min(bench.plan.rounds, 3), {
      ours: async () => contributeTo(bench, await ours(), make),
      peer: () => contributeTo(bench, peer, make),
    });
    log("  looking for pages of both");
    const pages = { ours: await findPages(bench, await ours()), peer: await findPages(bench, peer) };
    log(`  pulling ${pages.ours.paths.length} pages of ours, ${pages.peer.paths.length} of the peer's`);
    const pulled = await interleave(bench.plan.rounds, {
      ours: async () => pullFrom(bench, await ours(), pages.ours),
      peer: () => pullFrom(bench, peer, pages.peer),
    });
    const row = (measure: string, done: { readonly ours: readonly number[]; readonly peer: readonly number[] }) => ({
      measure,
      of: `÷ ${peer.root}`,
      ratio: ratioOf(done.ours, done.peer),
      value: quantity(spreadOf(done.ours), "objects/s"),
      base: quantity(spreadOf(done.peer), "objects/s"),
    });
    return [
      {
        ...row("against the peer, pull", pulled),
        bar: { least: 20 },
        notes: [
          `objects a page: ours ${pages.ours.objects.toFixed(0)}, the peer's ${pages.peer.objects.toFixed(0)}; ours holds ${filled.objects}`,
        ],
      },
      { ...row("against the peer, contribute", contributed), bar: null, notes: [] },
    ];
  } finally {
    await server.child.stop();
  }
}

function headersOf(peer: Peer): Record<string, string> {
  return {
    Accept: taxiiMediaType,
    "User-Agent": "bench",
    ...(peer.authorization === null ? {} : { Authorization: peer.authorization }),
  };
}

function objectsUrl(peer: Peer): URL {
  return new URL(`collections/${peer.collection}/objects/`, peer.root);
}

async function drive(bench: Bench, peer: Peer, calls: readonly Call[], once: boolean): Promise<Loaded> {
  const { origin } = new URL(peer.root);
  const seconds = once ? CONTRIBUTE_WITHIN : bench.plan.seconds;
  return bench.drive({ by: "client", origin, calls, connections: CONNECTIONS, seconds, once });
}

async function contributeTo(bench: Bench, peer: Peer, make: Make): Promise<number> {
  const headers = { ...headersOf(peer), "Content-Type": taxiiMediaType };
  const calls = Array.from({ length: bench.plan.quick ? 16 : 48 }, (_, i): Call => {
    const body = envelopeText(make, ENVELOPE_OBJECTS, audienceOf(i));
    return { method: "POST", path: objectsUrl(peer).pathname, headers, body };
  });
  const from = performance.now();
  const { answers } = await drive(bench, peer, calls, true);
  await untilComplete(peer, headers, envelopeText(make, 1, "everyone"));
  return ((answers * ENVELOPE_OBJECTS + 1) * 1000) / (performance.now() - from);
}

/** A last object of its own: when the peer has taken it in, it has what came before. */
async function untilComplete(peer: Peer, headers: Record<string, string>, body: string): Promise<void> {
  const response = await fetch(objectsUrl(peer), { method: "POST", headers, body });
  let status = (await response.json()) as { id?: string; status?: string; failure_count?: number };
  const until = performance.now() + WITHIN;
  while (status.status === "pending" && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const asked = await fetch(new URL(`status/${status.id ?? ""}/`, peer.root), { headers: headersOf(peer) });
    status = (await asked.json()) as typeof status;
  }
  if (status.status !== "complete" || (status.failure_count ?? 0) > 0)
    throw new Error(
      `${peer.root} did not take the objects in: ${response.status} ${JSON.stringify(status).slice(0, 300)}`,
    );
}

interface Found {
  readonly paths: readonly string[];
  /** Objects of a page, on average. */
  readonly objects: number;
}

/** Walks by `added_after`: cursors of some servers hold once. */
async function findPages(bench: Bench, peer: Peer): Promise<Found> {
  const most = bench.plan.quick ? 20 : 1_000;
  const until = performance.now() + WITHIN;
  const paths: string[] = [];
  let objects = 0;
  let after: string | null = null;
  while (paths.length < most && performance.now() < until) {
    const url = objectsUrl(peer);
    url.searchParams.set("limit", String(PAGE));
    if (after !== null) url.searchParams.set("added_after", after);
    const response = await fetch(url, { headers: headersOf(peer) });
    if (!response.ok) throw new Error(`${response.status} for ${url.href}: ${(await response.text()).slice(0, 300)}`);
    const page = (await response.json()) as { objects?: readonly unknown[] }; // counted at once
    const last = response.headers.get(dateAddedLastHeader);
    const count = page.objects?.length ?? 0;
    if (count === 0 || last === null || last === after) break;
    paths.push(url.pathname + url.search);
    objects += count;
    after = last;
  }
  if (paths.length === 0) throw new Error(`${peer.root} has no page of objects.`);
  return { paths, objects: objects / paths.length };
}

async function pullFrom(bench: Bench, peer: Peer, { paths, objects }: Found): Promise<number> {
  // Every connection has something to ask for.
  const repeated = Array.from({ length: Math.max(paths.length, CONNECTIONS) }, (_, i) => paths[i % paths.length] ?? "");
  const headers = headersOf(peer);
  const calls = repeated.map((path): Call => ({ method: "GET", path, headers }));
  const loaded = await drive(bench, peer, calls, false);
  return (loaded.answers * objects) / loaded.seconds;
}
