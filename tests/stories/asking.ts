// How a client of a history asks: every answer is scanned for what its viewer never had, and every walk through pages is held
// to the paging rules of TAXII 2.1 §3.4.
import { expect } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { TestClient } from "../harness/exchange.ts";
import type { Viewer } from "../harness/oracle-view.ts";
import type { Oracle } from "../harness/oracle.ts";
import type { Random } from "../harness/random.ts";
import { Disagreement, tellOf } from "./compare.ts";

export interface Seat {
  readonly viewer: Viewer;
  readonly client: TestClient;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export interface PageBody {
  readonly objects?: readonly JsonObject[];
  readonly more?: boolean;
  readonly next?: string;
}

/** What the exchange says itself is no part of a history; stories of recalls read it. */
function isNotice({ type, abstract }: JsonObject): boolean {
  return type === "note" && /^(?:Recalled|Revoked)\. /.test(String(abstract ?? ""));
}

export class Asking {
  readonly #oracle: Oracle;
  readonly #dice: Random;

  constructor(oracle: Oracle, dice: Random) {
    this.#oracle = oracle;
    this.#dice = dice;
  }

  async request(
    seat: Seat,
    method: string,
    path: string,
    sent?: { readonly body: string; readonly type: string },
  ): Promise<Answer> {
    const response = await seat.client.request(path, {
      method,
      ...(sent === undefined ? {} : { body: sent.body, headers: { "Content-Type": sent.type } }),
    });
    const answer = { status: response.status, text: await response.text(), headers: response.headers };
    expect(answer.status, `${path} ${answer.text}`).toBeLessThan(500);
    this.#scan(seat.viewer, answer.text + JSON.stringify([...answer.headers]), path);
    return answer;
  }

  get(seat: Seat, path: string): Promise<Answer> {
    return this.request(seat, "GET", path);
  }

  /** All pages of a resource. */
  async pages(
    seat: Seat,
    path: string,
    query: string,
  ): Promise<{ readonly objects: readonly JsonObject[]; readonly bodies: PageBody[]; readonly answers: Answer[] }> {
    const bodies: PageBody[] = [];
    const answers: Answer[] = [];
    let next: string | undefined;
    const limit = this.#dice.pick([1, 2, 3, 7, 20, 50, 1000]);
    do {
      // A cursor carries the limit that the walk began with; another one beside it is ignored.
      const cursor = next === undefined ? "" : `&next=${encodeURIComponent(next)}`;
      const answer = await this.get(seat, `${path}?${query}&limit=${next === undefined ? limit : limit + 1}${cursor}`);
      expect(answer.status, answer.text).toBe(200);
      const body = JSON.parse(answer.text) as PageBody; // an envelope or a manifest
      expect((body.objects ?? []).length).toBeLessThanOrEqual(limit);
      if (body.more === true) expect((body.objects ?? []).length, "a short page with more").toBe(limit);
      bodies.push(body);
      answers.push(answer);
      next = body.more === true ? body.next : undefined;
      expect(body.more === true).toBe(next !== undefined);
    } while (next !== undefined);
    return { objects: bodies.flatMap((body) => body.objects ?? []).filter((one) => !isNotice(one)), bodies, answers };
  }

  /** No canary of what this viewer never had. */
  #scan(viewer: Viewer, text: string, path: string): void {
    const found = new Set(text.match(/canary-[a-z0-9]+-/g) ?? []);
    const had = this.#oracle.found(viewer, /canary-[a-z0-9]+-/g);
    const leaked = [...found].filter((canary) => !had.has(canary));
    if (leaked.length === 0) return;
    const items = this.#oracle.items.filter(({ content }) => leaked.some((canary) => content.includes(canary)));
    const account = [...new Set(items.map(({ content }) => content))].map((content) => tellOf(this.#oracle, content));
    const head = `${viewer.state} at ${viewer.most}, after event ${this.#oracle.event}, saw ${leaked.join(" ")} at ${path}`;
    throw new Disagreement(viewer, [head, ...account]);
  }
}
