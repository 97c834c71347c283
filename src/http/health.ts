// Whether the exchange serves: the books can be read, and the journal can be written, without which no pull is answered. For
// load balancers and supervisors; says nothing else.
import type { Hono } from "hono";
import type { Micros } from "../encoding/timestamp.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { roomLogger } from "../telemetry/log.ts";
import { answerJson } from "./answer.ts";
import { mount } from "./door.ts";

/** How long a look counts, in microseconds: it costs a sync of the journal, and anybody may ask. */
export const LOOK_COUNTS_FOR: Micros = 1_000_000;
/** How long a part may take to answer, in milliseconds. */
export const ANSWERS_WITHIN = 3_000;

interface Health {
  readonly books: boolean;
  readonly journal: boolean;
}

export function health(app: Hono, exchange: Exchange): void {
  const look = lookerAt(exchange);
  mount(
    app,
    exchange,
    "/health",
    { face: "problem", caller: "none" },
    {
      async GET() {
        const { books, journal } = await look();
        if (books && journal) return answerJson({ status: "ok" });
        const word = (isWell: boolean): string => (isWell ? "ok" : "failing");
        return answerJson({ status: "failing", books: word(books), journal: word(journal) }, 503, {
          "Retry-After": "1",
        });
      },
    },
  );
}

/** Those who ask within a second of each other are told the same. */
function lookerAt(exchange: Exchange): () => Promise<Health> {
  let last: { readonly at: Micros; readonly found: Promise<Health> } | null = null;
  let wasWell = true;
  const look = async (): Promise<Health> => {
    const { store } = exchange;
    const [books, journal] = await Promise.all([answers(() => store.head()), answers(() => store.journal.check())]);
    const isWell = books && journal;
    if (wasWell && !isWell) roomLogger("http").error("The exchange is not well.", { books, journal });
    if (!wasWell && isWell) roomLogger("http").info("The exchange is well again.");
    wasWell = isWell;
    return { books, journal };
  };
  return () => {
    const at = exchange.now();
    if (last === null || at >= last.at + LOOK_COUNTS_FOR) last = { at, found: look() };
    return last.found;
  };
}

/** Whether a part does what it is asked, in time. */
async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWERS_WITHIN);
  });
  try {
    return await Promise.race([ask().then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
