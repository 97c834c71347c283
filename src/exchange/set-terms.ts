// Sets the terms under which states take part. Nothing is given or taken by that: who was a member has thirty days to sign, and
// what it has is decided again when they are over (policy.md, step 2).
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { currentTerms, signWithin, type TermsVersion } from "../directory/terms.ts";
import { formatHex, utf8 } from "../encoding/bytes.ts";
import { sha256 } from "../encoding/sha256.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { draftTerms } from "../store/conference.ts";
import { draftDueOf } from "../store/objects.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";

/** @throws {Refusal} forbidden without the scope · conflict: this is the text in force */
export async function setTerms(exchange: Exchange, caller: Caller, text: string): Promise<TermsVersion> {
  requireScope(caller, "terms");
  const digest = formatHex(sha256(utf8(text)));
  const committed = await exchange.store.commit<TermsVersion>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const before = currentTerms(directory.terms);
      if (before?.digest === digest) throw new Refusal("conflict", "These terms are in force already.");
      const version = { version: (before?.version ?? 0) + 1, since: turn.base, digest };
      return {
        early: [],
        late: [
          ...draftTerms({ version: version.version, at: turn.base, digest, text }),
          ...draftDueOf(exchange.store.engine, turn.base + signWithin, null),
        ],
        fields: fieldsText({
          kind: "terms",
          time: formatMicros(turn.base),
          actor: caller.client,
          object: { version: version.version, digest },
          outcome: "set",
        }),
        width: 0,
        bump: true,
        narrows: false,
        footprint: new Set(),
        result: version,
      };
    },
  });
  return committed.result;
}
