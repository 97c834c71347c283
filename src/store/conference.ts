// What the conference keeps beside its members: published networks, circles with their members, whom an owner confirmed, the
// terms and who signed them. Part of the directory's snapshot (directory.ts), but for the text of the terms.
import type { Circle } from "../directory/circle.ts";
import type { Interval } from "../directory/state.ts";
import type { TermsSet, TermsSignature } from "../directory/terms.ts";
import type { Micros } from "../encoding/timestamp.ts";
import type { Engine } from "./engine.ts";
import { insert, remove, type Statement, update } from "./statement.ts";
import type { Tables } from "./tables.ts";

export interface Conference {
  /** Alphabetical by name. */
  readonly circles: readonly Circle[];
  /** Networks in CIDR notation, by the code of the state that published them. */
  readonly networks: ReadonlyMap<string, readonly string[]>;
  /** When an owner last confirmed a state: by the owner's code, then the state's. */
  readonly confirmed: ReadonlyMap<string, ReadonlyMap<string, Micros>>;
  readonly terms: TermsSet;
}

/** @param codes of the parties by their numbers */
export async function readConference(engine: Engine, codes: ReadonlyMap<number, string>): Promise<Conference> {
  const { read } = engine;
  const [networks, circles, members, confirmations, versions, signatures] = await Promise.all([
    read.selectFrom("network").selectAll().orderBy("block").execute(),
    read.selectFrom("circle_name").selectAll().orderBy("name").execute(),
    read.selectFrom("circle_member").selectAll().orderBy("from_added").execute(),
    read.selectFrom("confirmation").selectAll().orderBy("at").execute(),
    read.selectFrom("terms").select(["version", "at", "digest"]).orderBy("version").execute(),
    read.selectFrom("signature").select(["party", "version", "at"]).orderBy("version").execute(),
  ]);
  const codeOf = (party: number): string => codes.get(party) ?? "";
  const inCircle = Map.groupBy(members, (row) => row.circle);
  const confirmed = new Map<string, Map<string, Micros>>();
  for (const { party, state, at } of confirmations) {
    const owner = codeOf(party);
    confirmed.set(owner, (confirmed.get(owner) ?? new Map<string, Micros>()).set(codeOf(state), at));
  }
  return {
    circles: circles.map((row): Circle => ({ ...row, members: membersIn(inCircle.get(row.n) ?? [], codeOf) })),
    networks: new Map(
      [...Map.groupBy(networks, (row) => codeOf(row.party))].map(([code, rows]) => [
        code,
        rows.map((row) => row.block),
      ]),
    ),
    confirmed,
    terms: {
      versions: versions.map(({ version, at, digest }) => ({ version, since: at, digest })),
      // Ascending, so that the last one of a state stays.
      signed: new Map(
        signatures.map(({ party, version, at }): [string, TermsSignature] => [codeOf(party), { version, at }]),
      ),
    },
  };
}

function membersIn(
  rows: readonly Tables["circle_member"][],
  codeOf: (party: number) => string,
): ReadonlyMap<string, readonly Interval[]> {
  return new Map(
    [...Map.groupBy(rows, (row) => codeOf(row.party))].map(([code, of]) => [
      code,
      of.map((row): Interval => ({ from: row.from_added, until: row.until_added })),
    ]),
  );
}

/** The networks of a party, in the place of those that it had. */
export function draftNetworks(
  party: number,
  before: readonly string[],
  networks: readonly string[],
): readonly Statement[] {
  return [
    ...remove(
      "network",
      before.map((block) => ({ block })),
    ),
    ...insert(
      "network",
      networks.map((block) => ({ block, party })),
    ),
  ];
}

export function draftCircle({ n, name, description }: Circle): readonly Statement[] {
  return insert("circle_name", [{ n, name, description }]);
}

/** What makes the members of a circle those of the other. */
export function draftCircleMembers(
  before: Circle,
  after: Circle,
  numberOf: (code: string) => number,
): readonly Statement[] {
  const begun: Tables["circle_member"][] = [];
  const ended: Tables["circle_member"][] = [];
  for (const [code, intervals] of after.members) {
    const known = before.members.get(code) ?? [];
    intervals.forEach((one, i) => {
      const row = { circle: after.n, party: numberOf(code), from_added: one.from, until_added: one.until };
      const was = known[i];
      if (was === undefined) begun.push(row);
      else if (was.until !== one.until) ended.push(row);
    });
  }
  return [...update("circle_member", ended, 3), ...insert("circle_member", begun)];
}

export function draftConfirmation(party: number, state: number, at: Micros): readonly Statement[] {
  return insert("confirmation", [{ party, state, at }]);
}

export function draftTerms(row: Tables["terms"]): readonly Statement[] {
  return insert("terms", [row]);
}

export function draftSignature(row: Tables["signature"]): readonly Statement[] {
  return insert("signature", [row]);
}

export async function findTermsText(engine: Engine, version: number): Promise<string | null> {
  const row = await engine.read.selectFrom("terms").select("text").where("version", "=", version).executeTakeFirst();
  return row?.text ?? null;
}

/** All signatures of a version of the terms. */
export async function listSignatures(engine: Engine, version: number): Promise<readonly Tables["signature"][]> {
  return engine.read.selectFrom("signature").selectAll().where("version", "=", version).orderBy("party").execute();
}
