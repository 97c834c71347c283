// A list for IN as one parameter, in SQLite's dialect (node:sqlite and D1).
import { fragment, type Fragment } from "../fragment.ts";

export const list = (values: readonly (string | number)[]): Fragment =>
  fragment`(SELECT value FROM json_each(${JSON.stringify(values)}))`;
