// The first start: the exchange and the secretariat as parties, the default collections, the commons, and the secretariat's
// first client. Running it again changes nothing. No default credentials exist: the client's key is the caller's.
import type { PublicJwk } from "../auth/key.ts";
import { type CollectionRegistration, defaultCollections } from "../directory/collection.ts";
import { type Directory, findClient } from "../directory/directory.ts";
import { exchangeNumber, isActive, type Party, secretariatNumber } from "../directory/state.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { uuid4 } from "../encoding/uuid.ts";
import { draftCollection, draftIdentity, draftParty } from "../store/directory.ts";
import { addClientAs } from "./add-client.ts";
import { draftPinned, exchangeIdentity, exchangeIdentityId, firstCommons } from "./commons.ts";
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
  else await pinIdentity(exchange);
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
      const commons = [...firstCommons, exchangeIdentity(exchange)];
      const pinned = draftPinned(exchange, turn.n, turn.base, commons, opened, [secretariat]);
      return {
        early: [
          ...draftParty({ ...partyOf(exchangeNumber, "exchange"), identities: [exchangeIdentityId(exchange)] }),
          ...draftParty(secretariat),
          ...opened.flatMap((collection) => draftCollection(collection)),
          ...pinned.early,
        ],
        late: pinned.late,
        fields: fieldsText({
          kind: "commons",
          time: formatMicros(turn.base),
          actor: "operator",
          count: commons.length,
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

/**
 * Books of before the exchange had an identity of its own are given it when they are opened, and not when its first notice
 * needs it: that would tell everybody that there is one.
 */
export async function pinIdentity(exchange: Exchange): Promise<void> {
  const isThere = ({ parties }: Directory): boolean =>
    parties.some(({ n, identities }) => n === exchangeNumber && identities.length > 0);
  if (isThere((await exchange.directory()).directory)) return;
  try {
    await commitIdentity(exchange);
  } catch (error) {
    // Of two that begin at once one finds it done.
    if (!isThere((await exchange.directory()).directory)) throw error;
  }
}

async function commitIdentity(exchange: Exchange): Promise<void> {
  const identity = exchangeIdentity(exchange);
  await exchange.store.commit<void>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      const apart = directory.parties.filter((one) => one.kind === "secretariat" && isActive(one, turn.base));
      const pinned = draftPinned(exchange, turn.n, turn.base, [identity], directory.collections, apart);
      return {
        early: [...draftIdentity(identity.id, exchangeNumber), ...pinned.early],
        late: pinned.late,
        fields: fieldsText({ kind: "commons", time: formatMicros(turn.base), actor: "operator", count: 1 }),
        width: pinned.width,
        bump: true,
        narrows: false,
        footprint: new Set([identity.id]),
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
