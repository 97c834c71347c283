// SQL text with its parameters, put together by tagged templates. The hot statements are built with it because composing
// and compiling a Kysely expression costs more than the page that it fetches; all other reads use Kysely.
import type { Value } from "./statement.ts";

export class Fragment {
  readonly text: string;
  readonly values: readonly Value[];
  constructor(text: string, values: readonly Value[]) {
    this.text = text;
    this.values = values;
  }
}

/** A template whose substitutions are parameters, or fragments taken in as they are. */
export function fragment(strings: TemplateStringsArray, ...parts: readonly (Value | Fragment)[]): Fragment {
  let text = strings[0] ?? "";
  const values: Value[] = [];
  parts.forEach((part, i) => {
    if (part instanceof Fragment) {
      text += part.text;
      values.push(...part.values);
    } else {
      text += "?";
      values.push(part);
    }
    text += strings[i + 1] ?? "";
  });
  return new Fragment(text, values);
}

/** A name or keyword of our own; never of a caller's. */
export function word(text: string): Fragment {
  return new Fragment(text, []);
}

export function joined(parts: readonly Fragment[], separator: string): Fragment {
  return new Fragment(
    parts.map((part) => part.text).join(separator),
    parts.flatMap((part) => part.values),
  );
}
