// The status of a contribution (TAXII 2.1 §4.3), for the client that made it and nobody else.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { Refusal } from "../refusal.ts";
import { formatStatus, parseStatus } from "../taxii/status.ts";
import { findTurn } from "../store/log.ts";
import type { Exchange } from "./exchange.ts";
import { promiseOf } from "./receipts.ts";

/**
 * The status resource's text, with the receipt's promise.
 * @throws {Refusal} forbidden without the scope · not-found: no contribution of this client
 */
export async function findStatus(exchange: Exchange, caller: Caller, id: string): Promise<string> {
  requireScope(caller, "taxii:write");
  const row = await exchange.store.read.selectFrom("status").selectAll().where("id", "=", id).executeTakeFirst();
  const turn = row?.client === caller.client ? await findTurn(exchange.store.engine, id) : undefined;
  if (row === undefined || turn === undefined) throw new Refusal("not-found", "There is no such status.");
  return formatStatus({ ...parseStatus(row.body), x_serai_receipt: await promiseOf(exchange, turn) });
}
