// The terms in force and who signed them: every member knows both. The signatures themselves are evidence for those who made and
// who keep them: a state sees its own, the secretariat all.
import type { Caller } from "../auth/caller.ts";
import { currentTerms, type TermsSignature, type TermsVersion, unsignedUntil } from "../directory/terms.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { findTermsText, listSignatures } from "../store/conference.ts";
import type { Exchange, Moment } from "./exchange.ts";

export interface TermsFound extends TermsVersion {
  readonly text: string;
  readonly states: readonly StateTerms[];
}

export interface StateTerms {
  readonly state: string;
  /** Of this version. */
  readonly signed: TermsSignature | null;
  /** Until when it takes part without having signed; null: it has signed. */
  readonly until: Micros | null;
  readonly evidence: { readonly client: string; readonly jws: string } | null;
}

/** @throws {Refusal} not-found: no terms were set */
export async function findTerms(exchange: Exchange, { directory }: Moment, caller: Caller): Promise<TermsFound> {
  const terms = currentTerms(directory.terms);
  const text = terms === null ? null : await findTermsText(exchange.store.engine, terms.version);
  if (terms === null || text === null) throw new Refusal("not-found", "No terms were set: who is a member takes part.");
  const until = unsignedUntil(directory.terms, directory.parties);
  const evidence = new Map(
    (await listSignatures(exchange.store.engine, terms.version)).map((row) => [
      directory.byNumber.get(row.party)?.code ?? "",
      { client: row.client, jws: row.jws },
    ]),
  );
  const states = directory.parties
    .filter((party) => party.kind === "state")
    .map(({ code }): StateTerms => {
      const signed = directory.terms.signed.get(code);
      const isTold = caller.state === code || caller.state === "secretariat";
      return {
        state: code,
        signed: signed?.version === terms.version ? signed : null,
        until: until.get(code) ?? null,
        evidence: isTold ? (evidence.get(code) ?? null) : null,
      };
    });
  return { ...terms, text, states };
}
