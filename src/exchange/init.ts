// The first start: the exchange and the secretariat as parties, the default collections, the commons, and the secretariat's
// first client. Running it again changes nothing. No default credentials exist: the client's key is the caller's.
import type { PublicJwk } from "../auth/key.ts";
import { type CollectionRegistration, defaultCollections } from "../directory/collection.ts";
import { findClient } from "../directory/directory.ts";
import { exchangeNumber, type Party, secretariatNumber } from "../directory/state.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { uuid4 } from "../encoding/uuid.ts";
import { draftCollection, draftParty } from "../store/directory.ts";
import { addClientAs } from "./add-client.ts";
import { draftPinned, firstCommons } from "./commons.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";

export const SECRETARIAT_CLIENT = "secretariat";

/** Whether the books have their first turn. */
export async function isInitialized(exchange: Exchange): Promise<boolean> {
  return (await exchange.store.head()).turn > 0;
}

/** Makes the books ready. Of two that begin at once one finds it done. */
export async function initialize(
  exchange: Exchange,
  key: PublicJwk,
  collections: readonly CollectionRegistration[] = defaultCollections,
): Promise<void> {
  if (!(await isInitialized(exchange))) await begin(exchange, collections);
  const { directory } = await exchange.directory();
  if (findClient(directory, SECRETARIAT_CLIENT) !== null) return;
  const registration = {
    role: "secretariat",
    name: "Secretariat",
    cleared: false,
    reach: "organisation",
    keys: [{ ...key }],
  } as const;
  await addClientAs(exchange, "operator", { id: SECRETARIAT_CLIENT, party: "secretariat", registration }, () => {});
}

async function begin(exchange: Exchange, collections: readonly CollectionRegistration[]): Promise<void> {
  const ids = collections.map(() => uuid4(exchange.random(16)));
  await exchange.store.commit<void>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const secretariat = partyOf(secretariatNumber, "secretariat");
      const opened = collections.map((wanted, i) => ({ ...wanted, n: i + 1, id: ids[i] ?? "" }));
      const pinned = draftPinned(exchange, turn.n, turn.base, firstCommons, opened, [secretariat]);
      return {
        early: [
          ...draftParty(partyOf(exchangeNumber, "exchange")),
          ...draftParty(secretariat),
          ...opened.flatMap((collection) => draftCollection(collection)),
          ...pinned.early,
        ],
        late: pinned.late,
        fields: fieldsText({
          kind: "commons",
          time: formatMicros(turn.base),
          actor: "operator",
          count: firstCommons.length,
        }),
        width: pinned.width,
        bump: true,
        narrows: false,
        footprint: new Set(),
        result: undefined,
      };
    },
  });
}

function partyOf(n: number, kind: "exchange" | "secretariat"): Party {
  const name =
    kind === "exchange"
      ? { en: "The exchange", ru: "Система обмена", kk: "Алмасу жүйесі" }
      : { en: "Secretariat", ru: "Секретариат", kk: "Хатшылық" };
  return { n, code: kind, kind, name, identities: [], intervals: [{ from: 0, until: null }] };
}
