// What waits for the approval of contacts, and who approved.
import { exchangeNumber } from "../directory/state.ts";
import type { Engine } from "./engine.ts";
import { OBJECTS_A_TURN } from "./objects.ts";
import { insert, remove, type Statement, update } from "./statement.ts";
import type { Tables } from "./tables.ts";

export interface WaitingContribution {
  readonly n: number;
  /** The act that brought it: the id of its status. */
  readonly act: string;
  readonly client: string;
  readonly collection: number;
  readonly at: number;
  readonly waits: number;
}

/** Contributions of a party that wait, the oldest first. @param act only this one */
export async function findWaitingContributions(
  engine: Engine,
  party: number,
  act: string | null,
): Promise<readonly WaitingContribution[]> {
  const all = engine.read
    .selectFrom("contribution")
    .innerJoin("turn", "turn.n", "contribution.n")
    .select([
      "contribution.n as n",
      "turn.act as act",
      "contribution.client as client",
      "contribution.collection as collection",
      "contribution.at as at",
      "contribution.waits as waits",
    ])
    .where("contribution.party", "=", party)
    .where("contribution.waits", ">", 0)
    .orderBy("contribution.n");
  return (act === null ? all : all.where("turn.act", "=", act)).execute();
}

/** Changes of policy of a party that wait, the oldest first. */
export async function findPolicyChanges(engine: Engine, party: number): Promise<readonly Tables["policy_change"][]> {
  return engine.read.selectFrom("policy_change").selectAll().where("party", "=", party).orderBy("at").execute();
}

export async function findApprovals(engine: Engine, acts: readonly string[]): Promise<readonly Tables["approval"][]> {
  if (acts.length === 0) return [];
  return engine.read.selectFrom("approval").selectAll().where("act", "in", engine.list(acts)).orderBy("at").execute();
}

/** Versions of a contribution that are not recalled: their numbers begin with its own. */
export async function findContributed(engine: Engine, contribution: number): Promise<readonly Tables["object"][]> {
  return engine.read
    .selectFrom("object")
    .selectAll()
    .where("n", ">=", contribution * OBJECTS_A_TURN)
    .where("n", "<", (contribution + 1) * OBJECTS_A_TURN)
    .where("contribution", "=", contribution)
    .where("contributor", "!=", exchangeNumber)
    .where("recalled", "=", 0)
    .orderBy("n")
    .execute();
}

export const draftApproval = (row: Tables["approval"]): readonly Statement[] => insert("approval", [row]);
export const draftApprovedAgain = ({ act, client, at }: Tables["approval"]): readonly Statement[] =>
  update("approval", [{ act, client, at }], 2);
/** @param approved when the last contact approved it; null: it was withdrawn */
export const draftWaitsNoMore = (n: number, approved: number | null): readonly Statement[] =>
  update("contribution", [{ n, waits: 0, approved }], 1);
export const draftPolicyChange = (row: Tables["policy_change"]): readonly Statement[] => insert("policy_change", [row]);
export const draftNoPolicyChange = (acts: readonly string[]): readonly Statement[] =>
  remove(
    "policy_change",
    acts.map((act) => ({ act })),
  );
