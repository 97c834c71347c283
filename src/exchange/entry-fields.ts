// The values that an entry commits to, as the books keep them: canonical JSON, a member for each field that is there.
// audit/entry turns them into commitments when the log takes the entry in.
import type { FieldValues } from "../audit/entry.ts";
import { formatCanonical } from "../encoding/canonical-json.ts";

export function fieldsText(fields: FieldValues): string {
  return formatCanonical(fields);
}
