// Opens a collection. The commons are in it from the start.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import type { Collection, CollectionRegistration } from "../directory/collection.ts";
import { exchangeNumber, isActive } from "../directory/state.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { uuid4 } from "../encoding/uuid.ts";
import { ANYONE } from "../policy/party-set.ts";
import type { StixObject } from "../stix/object.ts";
import { checkCollectionAlias, checkCollectionBeside, checkCollectionTitle } from "../taxii/collection.ts";
import { type DirectorySnapshot, draftCollection } from "../store/directory.ts";
import { draftPinned } from "./commons.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";

/** @throws {Refusal} forbidden without the scope · conflict: alias or title taken · invalid: alias or title */
export async function addCollection(
  exchange: Exchange,
  caller: Caller,
  wanted: CollectionRegistration,
): Promise<Collection> {
  requireScope(caller, "collections");
  return addCollectionAs(exchange, caller.client, wanted, (directory) => stillStands(directory, caller));
}

export async function addCollectionAs(
  exchange: Exchange,
  actor: string,
  wanted: CollectionRegistration,
  allow: (directory: DirectorySnapshot) => void = () => undefined,
): Promise<Collection> {
  checkCollectionTitle(wanted.title);
  checkCollectionAlias(wanted.alias);
  const id = uuid4(exchange.random(16));
  const committed = await exchange.store.commit<Collection>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      allow(directory);
      checkCollectionBeside(wanted, directory.collections);
      const collection: Collection = {
        ...wanted,
        id,
        n: Math.max(0, ...directory.collections.map((one) => one.n)) + 1,
      };
      // Feed 0 serves those who are active now; whoever returns from a suspension gets the commons on arrival.
      const apart = directory.parties.filter((one) => one.kind === "secretariat" && isActive(one, turn.base));
      const pinned = draftPinned(exchange, turn.n, turn.base, await pinnedObjects(exchange), [collection], apart);
      return {
        early: [...draftCollection(collection), ...pinned.early],
        late: pinned.late,
        fields: fieldsText({
          kind: "collection",
          time: formatMicros(turn.base),
          actor,
          collection: collection.alias,
          outcome: "opened",
        }),
        width: pinned.width,
        bump: true,
        narrows: false,
        footprint: new Set(),
        result: collection,
      };
    },
  });
  return committed.result;
}

/** Every pinned object once, in the order of pinning. */
async function pinnedObjects(exchange: Exchange): Promise<readonly StixObject[]> {
  const rows = await exchange.store.read
    .selectFrom("object")
    .innerJoin("rendition", "rendition.object", "object.n")
    .select(["object.id", "rendition.body"])
    .where("object.contributor", "=", exchangeNumber)
    .where("object.audience", "=", ANYONE)
    .orderBy("object.n")
    .execute();
  const once = new Map(rows.map((row) => [row.id, row.body]));
  return [...once.values()].map((body) => JSON.parse(body) as StixObject); // written by draftPinned from a StixObject
}
