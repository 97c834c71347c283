// What must hold after a fault, asked of the files on the disk. Returns what it found wrong, so that a planted fault can be
// seen to be found.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { keyOf, type Ledger, type Pulled, type Sent } from "./ledger.ts";
import { DATABASE } from "./server-process.ts";

type Rows = readonly Record<string, string | number | null>[];

class Files {
  readonly #folder: string;
  readonly #copied: boolean;
  readonly #open: DatabaseSync[] = [];

  /** Of a server that does not run, a copy: opening a database recovers it, and the server is to do that itself. */
  constructor(folder: string, serverRuns = false) {
    this.#copied = !serverRuns;
    this.#folder = serverRuns ? folder : mkdtempSync(join(tmpdir(), "serai-examined-"));
    if (this.#copied) cpSync(folder, this.#folder, { recursive: true });
  }

  open(name: string): (sql: string) => Rows {
    const database = new DatabaseSync(join(this.#folder, name), { readOnly: !this.#copied });
    this.#open.push(database);
    return (sql) => database.prepare(sql).all() as Rows; // the columns of the statement
  }

  close(): void {
    for (const database of this.#open) database.close();
    if (this.#copied) rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Looks at the files of a server that does not run: books and journal by themselves, with each other, and with the ledger. */
export function examineBooks(folder: string, ledger: Ledger): readonly string[] {
  const files = new Files(folder);
  const findings: string[] = [];
  try {
    const books = files.open(DATABASE);
    const journal = files.open(`${DATABASE}.journal`);
    for (const [name, rows] of [
      ["books", books("PRAGMA integrity_check")],
      ["journal", journal("PRAGMA integrity_check")],
    ] as const)
      if (rows.length !== 1 || rows[0]?.["integrity_check"] !== "ok")
        findings.push(`the ${name} are damaged: ${JSON.stringify(rows.slice(0, 3))}`);
    findings.push(
      ...gaps(books, journal),
      ...halves(books),
      ...contributionsLost(books, ledger),
      ...pullsLost(journal, ledger),
    );
  } catch (error) {
    findings.push(`the files cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    files.close();
  }
  return findings;
}

/** Turns, journals and runs are each counted without a gap, and the log took in nothing that is not there. */
function gaps(books: (sql: string) => Rows, journal: (sql: string) => Rows): readonly string[] {
  const findings: string[] = [];
  const ends = new Map<string, number>();
  const count = (name: string, rows: Rows): void => {
    const [row] = rows;
    ends.set(name, Number(row?.["newest"] ?? 0));
    if (row?.["count"] !== Number(row?.["newest"] ?? 0)) findings.push(`${name} has a gap: ${JSON.stringify(row)}`);
  };
  count("turns", books("SELECT count(*) AS count, max(n) AS newest FROM turn"));
  count(
    String(journal("SELECT name FROM self")[0]?.["name"]),
    journal("SELECT count(*) AS count, max(n) AS newest FROM journal"),
  );
  const [head] = books("SELECT turn FROM head");
  if (head?.["turn"] !== ends.get("turns")) findings.push("head stands at another turn than the last one");
  let position = 0;
  const taken = new Map<string, number>();
  for (const run of books("SELECT position, journal, first, count FROM run ORDER BY position")) {
    const name = String(run["journal"]);
    if (run["position"] !== position || run["first"] !== (taken.get(name) ?? 0) + 1)
      findings.push(`the log has a gap: ${JSON.stringify(run)}`);
    position += Number(run["count"]);
    taken.set(name, Number(run["first"]) + Number(run["count"]) - 1);
  }
  for (const [name, end] of taken)
    if (end > (ends.get(name) ?? 0)) findings.push(`the log holds entries of ${name} that are not in it any more`);
  const [leaves] = books("SELECT count(*) AS count FROM leaf");
  const [checkpoint] = books("SELECT max(size) AS size FROM checkpoint");
  if (leaves?.["count"] !== position) findings.push("the log has other leaves than its runs say");
  if ((checkpoint?.["size"] ?? 0) !== position) findings.push("the newest checkpoint is not of the log's size");
  return findings;
}

/** A turn is in the books with everything that belongs to it. */
function halves(books: (sql: string) => Rows): readonly string[] {
  const none: readonly (readonly [string, string])[] = [
    ["an object without its rendition", "object o WHERE NOT EXISTS (SELECT 1 FROM rendition r WHERE r.object = o.n)"],
    ["a rendition without its object", "rendition r WHERE NOT EXISTS (SELECT 1 FROM object o WHERE o.n = r.object)"],
    ["an object without its turn", "object o WHERE NOT EXISTS (SELECT 1 FROM turn t WHERE t.n = o.contribution)"],
    ["a contribution without its turn", "contribution c WHERE NOT EXISTS (SELECT 1 FROM turn t WHERE t.n = c.n)"],
    ["a status without its turn", "status s WHERE NOT EXISTS (SELECT 1 FROM turn t WHERE t.act = s.id)"],
    [
      "a release without its rendition",
      "release r WHERE NOT EXISTS (SELECT 1 FROM rendition d WHERE d.n = r.rendition)",
    ],
    ["a release later than head", "release r WHERE r.added >= (SELECT clock FROM head)"],
  ];
  return none.flatMap(([what, from]) => {
    const [row] = books(`SELECT count(*) AS count FROM ${from}`);
    return row?.["count"] === 0 ? [] : [`there is ${what}: ${String(row?.["count"])}`];
  });
}

/** What was acknowledged is there; what was not is there as a whole or not at all; nothing is there twice. */
function contributionsLost(books: (sql: string) => Rows, ledger: Ledger): readonly string[] {
  const findings: string[] = [];
  const bodies = new Map<string, string[]>();
  for (const row of books(
    "SELECT o.id AS id, o.version AS version, p.code AS code, c.alias AS collection, d.body AS body FROM object o JOIN rendition d ON d.object = o.n AND d.recipient = 0 JOIN party p ON p.n = o.contributor JOIN collection c ON c.n = o.collection",
  )) {
    const key = placeOf(
      String(row["code"]),
      String(row["collection"]),
      `${String(row["id"])} ${String(row["version"])}`,
    );
    bodies.set(key, [...(bodies.get(key) ?? []), String(row["body"])]);
  }
  const there = (one: Sent): number =>
    one.things.filter((thing) => bodies.get(placeOf(one.by, one.collection, keyOf(thing)))?.includes(thing.text))
      .length;
  for (const one of ledger.sent) {
    const found = there(one);
    if (one.fate === "in" && found < one.things.length)
      findings.push(`an acknowledged contribution of ${one.client} is lost: ${found} of ${one.things.length} objects`);
    if (one.fate !== "open") continue;
    if (found > 0 && found < one.things.length)
      findings.push(`half a contribution of ${one.client} is there: ${found} of ${one.things.length} objects`);
  }
  for (const [key, texts] of bodies) if (texts.length > 1) findings.push(`${key} is there ${texts.length} times`);
  return findings.length > 5 ? [...findings.slice(0, 5), `and ${findings.length - 5} more of that kind`] : findings;
}

const placeOf = (party: string, collection: string, key: string): string => `${party} ${collection} ${key}`;

/** Of envelopes whose answer was lost: those that are in the books. */
export function findWhole(folder: string, open: readonly Sent[], serverRuns: boolean): ReadonlySet<Sent> {
  const files = new Files(folder, serverRuns);
  try {
    const rows = files.open(DATABASE)("SELECT id, version FROM object");
    const keys = new Set(rows.map((row) => `${String(row["id"])} ${String(row["version"])}`));
    return new Set(open.filter((one) => one.things.every((thing) => keys.has(keyOf(thing)))));
  } finally {
    files.close();
  }
}

/** Every page that somebody was answered with is in the journal, and every answer without objects is counted. */
function pullsLost(journal: (sql: string) => Rows, ledger: Ledger): readonly string[] {
  const recorded = new Map<string, number>();
  const counted = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, count: number): void =>
    void map.set(key, (map.get(key) ?? 0) + count);
  const nothing = (fields: Readonly<Record<string, unknown>>, count: number): void => {
    if (fields["kind"] === "pull" && fields["outcome"] === "nothing") add(counted, String(fields["actor"]), count);
  };
  for (const row of journal("SELECT fields FROM journal")) {
    const fields = JSON.parse(String(row["fields"])) as Readonly<Record<string, unknown>>; // written by the journal
    const range = fields["range"];
    if (fields["kind"] === "pull" && Array.isArray(range))
      add(
        recorded,
        `${String(fields["actor"])} ${String(fields["collection"])} ${range.join(" ")} ${String(fields["count"])}`,
        1,
      );
    nothing(fields, Number(fields["count"]));
  }
  for (const row of journal("SELECT subject, count FROM tally"))
    nothing(JSON.parse(String(row["subject"])) as Readonly<Record<string, unknown>>, Number(row["count"])); // as above
  const findings: string[] = [];
  const answered = new Map<string, number>();
  for (const pull of ledger.pulled) add(answered, pullKey(pull), 1);
  let lost = 0;
  for (const [key, count] of answered) lost += Math.max(0, count - (recorded.get(key) ?? 0));
  if (lost > 0) findings.push(`${lost} of ${ledger.pulled.length} answered pulls are not in the journal`);
  for (const [client, count] of ledger.empty)
    if ((counted.get(client) ?? 0) < count)
      findings.push(`${client} polled ${count} times for nothing, and ${counted.get(client) ?? 0} are counted`);
  return findings;
}

const pullKey = (pull: Pulled): string =>
  `${pull.client} ${pull.collection} ${pull.first} ${pull.last} ${pull.keys.length}`;
