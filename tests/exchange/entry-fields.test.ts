// The entries of pulls, whose text is put together by hand: it is the canonical text of the same values.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatMicros } from "../../src/encoding/timestamp.ts";
import { emptyPullText, fieldsText, pullText } from "../../src/exchange/entry-fields.ts";

const name = fc.oneof(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,30}$/), fc.string({ unit: "grapheme" }));
const puller = fc.record({ client: name, state: name, collection: name });
const micros = fc.integer({ min: 0, max: 2 ** 52 });
const filter = fc.dictionary(fc.constantFrom("ids", "types"), fc.array(name, { minLength: 1, maxLength: 3 }));
const pulled = fc.record({
  turn: fc.nat(),
  count: fc.integer({ min: 1, max: 1_000 }),
  first: micros,
  last: micros,
  filter: fc.option(filter),
});

it("spells a pull as the canonical form of its values does", () => {
  fc.assert(
    fc.property(puller, pulled, (who, what) => {
      const { turn, count, first, last } = what;
      expect(pullText(who, what)).toBe(
        fieldsText({
          kind: "pull",
          actor: who.client,
          to: who.state,
          collection: who.collection,
          turn,
          count,
          range: [formatMicros(first), formatMicros(last)],
          object: what.filter ?? undefined,
        }),
      );
    }),
  );
});

it("spells a pull that found nothing so, too", () => {
  fc.assert(
    fc.property(puller, (who) => {
      expect(emptyPullText(who)).toBe(
        fieldsText({
          kind: "pull",
          actor: who.client,
          to: who.state,
          collection: who.collection,
          outcome: "nothing",
        }),
      );
    }),
  );
});
