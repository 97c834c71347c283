// That the log holds and proves itself at the end of a story: every act of it is in there.
import { expect } from "vitest";
import { integrate } from "../../src/exchange/integrate.ts";
import type { TestExchange } from "../harness/exchange.ts";
import { verifyServedLog } from "../harness/log.ts";

export async function verifiesLog({ exchange, secretariat }: TestExchange): Promise<void> {
  await integrate(exchange);
  const report = await verifyServedLog(secretariat, exchange.keys.log.verifierKey);
  const { turn } = await exchange.store.head();
  expect(report.size).toBeGreaterThanOrEqual(turn);
}

/** What the acts of a kind left, as the entries commit to it. */
export async function entriesOf({ exchange }: TestExchange, kind: string): Promise<readonly Record<string, unknown>[]> {
  const rows = await exchange.store.read.selectFrom("turn").select("fields").orderBy("n").execute();
  return rows
    .map(({ fields }) => JSON.parse(fields) as Record<string, unknown>) // written by fieldsText
    .filter((one) => one["kind"] === kind);
}
