// Against size: what a page costs where ten times as much is held. Timed over HTTP, and counted: how many rows the page's
// statement reads for each row that it returns, for a viewer who has most of what there is and for one who has little of it.
import { DatabaseSync } from "node:sqlite";
import type { Fragment } from "../src/store/fragment.ts";
import { list } from "../src/store/engines/json-list.ts";
import { type PageQuery, releasesOf } from "../src/store/page.ts";
import { levelRank } from "../src/stix/marking.ts";
import type { Bench } from "./bench.ts";
import { tokensFor, type Filled } from "./members.ts";
import { randomNumbers } from "./objects.ts";
import { callsOf, PAGE, pageSets } from "./pages.ts";
import { exact, quantity, type Row } from "./report.ts";
import { interleave, ratioOf, spreadOf } from "./rounds.ts";

/** Pages a member that are counted. */
const PAGES_A_MEMBER = 4;
/** A reader without a feed of its own. */
const NOBODY = 1_000_000;

export async function againstSize(bench: Bench, small: Filled, large: Filled): Promise<readonly Row[]> {
  const [few, many] = [await bench.serve(small.database), await bench.serve(large.database)];
  try {
    const timer = async (server: typeof few, filled: Filled) => {
      // Pages alone: what the journal costs does not depend on size.
      await server.ask({ ask: "entries", on: false });
      const asked = pageSets(filled, 2).random;
      return bench.neighbours.undisturbed(async () => {
        const calls = callsOf(asked, await tokensFor(server.port, filled.members));
        const { answers, seconds } = await bench.load(server.port, calls);
        return (1000 * seconds) / answers;
      });
    };
    const contenders = { small: await timer(few, small), large: await timer(many, large) };
    await contenders.small();
    await contenders.large();
    const done = await interleave(bench.plan.rounds, contenders);
    return [
      {
        measure: `page time, ${small.objects} → ${large.objects}`,
        of: "time of a random page, more ÷ fewer objects held",
        ratio: ratioOf(done.large, done.small),
        value: quantity(spreadOf(done.large), "ms/page"),
        base: quantity(spreadOf(done.small), "ms/page"),
        bar: { most: 1.25 },
        notes: [],
      },
      ...rowsRead(large),
    ];
  } finally {
    await few.child.stop();
    await many.child.stop();
  }
}

const last = { last: true, first: false, all: false, exact: [] } as const;

/** Counts with a function of ours in the statement: node:sqlite does not give the counters of its statements. */
function rowsRead(filled: Filled): readonly Row[] {
  const database = new DatabaseSync(filled.database, { readOnly: true });
  let read = 0;
  database.function("seen", (value) => {
    read += 1;
    return value;
  });
  const dates = database
    .prepare("SELECT added FROM release WHERE feed = 0 AND collection = ? ORDER BY added")
    .all(filled.collection.n)
    .map((row) => Number(row["added"]));
  const random = randomNumbers(6);
  const viewers = filled.members.flatMap(({ n }): readonly PageQuery[] =>
    Array.from({ length: PAGES_A_MEMBER }, () => ({
      want: "objects",
      reader: n,
      everyone: [{ from: 1, until: null }],
      collection: filled.collection.n,
      after: dates[random() % dates.length] ?? 0,
      limit: PAGE,
      ceiling: levelRank("amber+strict"),
      versions: last,
      ids: null,
      types: null,
      without: [],
    })),
  );
  const count = (measure: string, pages: readonly PageQuery[]): Row => {
    read = 0;
    let returned = 0;
    let plan = "";
    for (const viewer of pages) {
      const page = releasesOf(viewer, { list, cutsArms: false }, viewer.limit);
      const counted = page.text.replaceAll("(r.ceilings &", "(seen(r.ceilings) &");
      if (counted === page.text) throw new TypeError("The page's statement changed: its rows are not counted.");
      returned += database.prepare(counted).all(...page.values).length;
      plan = planOf(database, page);
    }
    if (returned === 0) throw new TypeError("No row was returned: there is nothing to count.");
    return {
      measure,
      of: "rows of the feeds read ÷ rows returned",
      ratio: exact(read / returned),
      value: quantity(exact(read / pages.length), "rows/page"),
      base: quantity(exact(returned / pages.length), "rows/page"),
      bar: { most: 1.1 },
      notes: [`over ${pages.length} pages; ${plan}`],
    };
  };
  const late = dates.at(-PAGE) ?? 0;
  const rows = [
    count(`rows read, full viewer, ${filled.objects}`, viewers),
    // A state that came when nearly everything was there: what it may not see costs it nothing.
    count(`rows read, late member, ${filled.objects}`, [
      { ...(viewers[0] ?? failed()), reader: NOBODY, after: 0, everyone: [{ from: late, until: null }] },
    ]),
    // Clients that may have TLP:GREEN at most, of states that have more.
    count(
      `rows read, community clients, ${filled.objects}`,
      viewers.map((viewer) => ({ ...viewer, ceiling: levelRank("green") })),
    ),
  ];
  database.close();
  return rows;
}

function failed(): never {
  throw new TypeError("There are no members.");
}

function planOf(database: DatabaseSync, page: Fragment): string {
  const steps = database.prepare(`EXPLAIN QUERY PLAN ${page.text}`).all(...page.values);
  return steps.map((step) => String(step["detail"])).join(" · ");
}
