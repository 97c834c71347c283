// The check at the door for derived renditions: made by us for this reader, for a ceiling that its client has, and of an object
// that it may still have reduced; or the notice that ends an id.
import { formatBase64url } from "../encoding/base64.ts";
import { equalBytes, utf8 } from "../encoding/bytes.ts";
import { at, hasCeiling, parseAudience } from "../policy/audience.ts";
import { includes } from "../policy/party-set.ts";
import { NOTICE } from "../policy/view.ts";
import { findDerivedByNumber } from "../store/derived.ts";
import { findObjectsByNumber, type ObjectRow } from "../store/objects.ts";
import type { Page } from "../store/page.ts";
import type { Tables } from "../store/tables.ts";
import { isSealed, type Reader } from "./door.ts";
import type { Exchange } from "./exchange.ts";

type SealedDerived = Pick<
  Tables["derived"],
  "n" | "object" | "recipient" | "id" | "version_key" | "ceilings" | "ended" | "digest"
>;

/** The MAC over what a derived rendition is and for whom. */
export function derivedMac(mac: (data: string) => Uint8Array, row: SealedDerived): string {
  const { n, object, recipient, id, version_key: version, ceilings, ended, digest } = row;
  return formatBase64url(mac(["derived", n, object, recipient, id, version, ceilings, ended, digest].join("\n")));
}

/** The derived renditions on a page (their numbers are negative) that the reader must not have. */
export async function derivedDisagreements(
  exchange: Exchange,
  reader: Reader,
  page: Pick<Page, "renditions" | "objects">,
): Promise<ReadonlySet<number>> {
  const places = page.renditions.flatMap((rendition, i) => (rendition < 0 ? [i] : []));
  if (places.length === 0) return new Set();
  const { engine } = exchange.store;
  const rows = new Map(
    (
      await findDerivedByNumber(
        engine,
        places.map((i) => page.renditions[i] ?? 0),
      )
    ).map((row) => [row.n, row]),
  );
  const objects = new Map(
    (await findObjectsByNumber(engine, [...new Set([...rows.values()].map((row) => row.object))])).map((row) => [
      row.n,
      row,
    ]),
  );
  return new Set(
    places
      .filter((i) => {
        const row = rows.get(page.renditions[i] ?? 0);
        return (
          row === undefined || row.object !== page.objects[i] || !admits(exchange, reader, row, objects.get(row.object))
        );
      })
      .map((i) => page.renditions[i] ?? 0),
  );
}

function admits(
  exchange: Exchange,
  { party, ceiling }: Reader,
  row: Tables["derived"],
  object: ObjectRow | undefined,
): boolean {
  const sealed = equalBytes(utf8(derivedMac(exchange.keys.audience, row)), utf8(row.mac));
  if (!sealed || row.recipient !== party || !hasCeiling(row.ceilings, ceiling)) return false;
  // It holds nothing of the object.
  if (row.ended === NOTICE) return true;
  return (
    object !== undefined && isSealed(exchange, object) && includes(at(parseAudience(object.reduced), ceiling), party)
  );
}
