// What was pulled against what the oracle expects: the same objects, each as often, in the order of release. Where they
// disagree, a small account says what is missing and what is too much, and what the oracle knows of each.
import { formatCanonical } from "../../src/encoding/canonical-json.ts";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { Item } from "../harness/oracle-books.ts";
import type { Release, Viewer } from "../harness/oracle-view.ts";
import type { Oracle } from "../harness/oracle.ts";
import { reducedMarking } from "./history.ts";

/** The oracle expected something else than what was pulled. */
export class Disagreement extends Error {
  readonly viewer: Viewer | null;

  constructor(viewer: Viewer | null, account: readonly string[]) {
    super(account.join("\n"));
    this.name = "Disagreement";
    this.viewer = viewer;
  }
}

/** @throws {Disagreement} */
export function compare(
  oracle: Oracle,
  viewer: Viewer,
  objects: readonly JsonObject[],
  expected: readonly Release[],
  what: string,
): void {
  const head = `${what}, as ${viewer.state} at ${viewer.most}, after event ${oracle.event}:`;
  const wanted = expected.map(({ item }) => formatCanonical(item.object));
  const pulled = objects.map(formatCanonical);
  const account = [
    ...without(wanted, pulled).map((content) => `expected and not pulled: ${tellOf(oracle, content)}`),
    ...without(pulled, wanted).map((content) => `pulled and not expected: ${tellOf(oracle, content)}`),
  ];
  if (account.length > 0) throw new Disagreement(viewer, [head, ...account]);
  const events = Map.groupBy(expected, ({ item }) => formatCanonical(item.object));
  const order = pulled.map((content) => events.get(content)?.shift()?.event ?? -1);
  order.forEach((event, i) => {
    if (order.slice(0, i).every((before) => before <= event)) return;
    throw new Disagreement(viewer, [
      head,
      `pulled too late, as ${i + 1} of ${order.join(" ")}: ${tellOf(oracle, pulled[i] ?? "")}`,
    ]);
  });
}

/** What the oracle knows of what has this content. */
export function tellOf(oracle: Oracle, content: string): string {
  const items = oracle.items.filter((item) => item.content === content);
  const object = JSON.parse(content) as JsonObject; // the content of an object
  return [
    `${String(object["id"])} ${String(object["modified"] ?? "")} ${String(object["x_anchor"] ?? object["name"] ?? object["x_note"] ?? "")}`,
    ...items.map((item) => `    ${tellItem(oracle, item)}`),
  ].join("\n");
}

function tellItem(oracle: Oracle, item: Item): string {
  const { by, collection, version, contribution, recalled, reads } = item;
  const to = contribution.to === undefined ? "" : ` to ${contribution.to.join(",")}`;
  const read = [...reads].map(([id, whose]) => `${id} of ${whose.join("/")}`).join(", ");
  return [
    `of ${by} by its contribution ${contribution.n} into ${collection}${to}, version ${version}`,
    `level ${oracle.levelOf(item) ?? "none"}${recalled ? ", recalled" : ""}${read === "" ? "" : `, reads ${read}`}`,
  ].join(", ");
}

function without(list: readonly string[], taken: readonly string[]): string[] {
  const left = [...taken];
  return list.filter((one) => {
    const i = left.indexOf(one);
    if (i >= 0) left.splice(i, 1);
    return i < 0;
  });
}

/** The commons stand in each collection and are no part of a history; a state's own statements are. */
export function isCommon(object: JsonObject): boolean {
  if (object["type"] === "marking-definition")
    return object["definition_type"] !== "statement" || object["id"] === reducedMarking;
  return ["extension-definition", "identity"].includes(String(object["type"]));
}
