// Receipts of acts that took a turn: at once the log key's signed promise, and when the log has taken the entry in, the proof
// (.tlog-proof). A receipt belongs to the client whose act it was.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { formatLogProof } from "../audit/log-proof.ts";
import { parseNote } from "../audit/note.ts";
import { signReceipt } from "../audit/receipt.ts";
import { leafHash } from "../audit/tree.ts";
import { parseCheckpoint } from "../audit/checkpoint.ts";
import { Refusal } from "../refusal.ts";
import { findPosition, findTurn, readCheckpoint, type TurnRow } from "../store/log.ts";
import type { Exchange } from "./exchange.ts";
import { formatRow, MERGE_DELAY } from "./integrate.ts";
import { TURNS } from "./journal-names.ts";
import { inclusionPath } from "./log-reader.ts";

/** The promise that this turn's entry will be in the log, as a signed note. */
export async function promiseOf(exchange: Exchange, turn: TurnRow): Promise<string> {
  const entry = await formatRow(exchange, TURNS, { n: turn.n, at: turn.base, fields: turn.fields });
  return signReceipt(
    {
      origin: exchange.keys.log.name,
      journal: TURNS,
      n: turn.n,
      leaf: leafHash(entry),
      time: turn.base,
      due: turn.base + MERGE_DELAY,
    },
    exchange.keys.log,
  );
}

export interface ReceiptFound {
  readonly promise: string;
  /** The proof, once the entry is in the log. */
  readonly proof: string | null;
}

/**
 * The receipt of one's own contribution, by the id of its status.
 * @throws {Refusal} forbidden without the scope · not-found: no contribution of this client
 */
export async function findReceipt(exchange: Exchange, caller: Caller, id: string): Promise<ReceiptFound> {
  requireScope(caller, "receipts");
  const { engine } = exchange.store;
  const status = await engine.read.selectFrom("status").select("client").where("id", "=", id).executeTakeFirst();
  const turn = status?.client === caller.client ? await findTurn(engine, id) : undefined;
  if (turn === undefined) throw new Refusal("not-found", "There is no such contribution of this client.");
  const promise = await promiseOf(exchange, turn);
  const position = await findPosition(engine, TURNS, turn.n);
  const checkpoint = await readCheckpoint(engine);
  if (position === null || checkpoint === undefined) return { promise, proof: null };
  const note = parseNote(checkpoint.note);
  const { size } = parseCheckpoint(note.text);
  if (position >= size) return { promise, proof: null };
  const path = await inclusionPath(exchange, position, size);
  return { promise, proof: formatLogProof({ index: position, path, checkpoint: note }) };
}
