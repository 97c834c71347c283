// A story whose log is read and proved at its end as a member would: every act of it has its entry.
import { expect } from "vitest";
import { integrate } from "../../src/exchange/integrate.ts";
import { verifyServedLog } from "../harness/log.ts";
import { type Cast, playing } from "./cast.ts";

/** Plays as `playing` does, then verifies the log: it holds, and has all turns. */
export function proving(codes: readonly string[], play: (cast: Cast) => Promise<void>): Promise<void> {
  return playing(codes, async (cast) => {
    await play(cast);
    const { exchange, secretariat } = cast.host;
    const turns = await exchange.store.read.selectFrom("turn").select("n").execute();
    await integrate(exchange);
    const report = await verifyServedLog(secretariat, exchange.keys.log.verifierKey);
    expect({ holds: report.holds, findings: report.findings }).toEqual({ holds: true, findings: [] });
    expect(report.journals.get("turns")).toBe(turns.length);
  });
}

/** What the entries of a kind of act say, in order. */
export async function entriesOf(cast: Cast, kind: string): Promise<readonly Record<string, unknown>[]> {
  const turns = await cast.host.exchange.store.read.selectFrom("turn").select("fields").orderBy("n").execute();
  return turns
    .map(({ fields }) => JSON.parse(fields) as Record<string, unknown>) // written by fieldsText
    .filter((entry) => entry["kind"] === kind);
}
