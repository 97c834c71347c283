// The terms under which states take part: a text that says, beside all else, what TLP means here by organisation, clients and
// community (FIRST TLP 2.0 leaves the community to whoever uses it). Versions never change; each is signed by each state.

import type { Json } from "../encoding/json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { openForm, refuseAt } from "./form.ts";
import type { Party } from "./state.ts";

/** Characters of the text. */
export const termsLengthMax = 60_000;

/** How long a state that was admitted before a version existed takes part without having signed it: P30D. */
export const signWithin: Micros = 30 * 86_400_000_000;

/** What the terms define, each under a heading of its own: TLP's words for how far a reader may pass something on. */
export const definedWords: readonly string[] = ["organisation", "clients", "community"];

/** A version of the terms as decisions need it; its text is kept apart. */
export interface TermsVersion {
  /** 1, 2, 3 … */
  readonly version: number;
  /** Time base of the turn that set it. */
  readonly since: Micros;
  /** SHA-256 of the text in UTF-8, in hexadecimal: what `sha256sum` prints of the file. */
  readonly digest: string;
}

export interface TermsSignature {
  readonly version: number;
  readonly at: Micros;
}

/** The terms that were set, oldest first, and which version each state signed last, by its code. */
export interface TermsSet {
  readonly versions: readonly TermsVersion[];
  readonly signed: ReadonlyMap<string, TermsSignature>;
}

export function currentTerms({ versions }: TermsSet): TermsVersion | null {
  return versions.at(-1) ?? null;
}

/**
 * Until when those states have standing that have not signed the current terms, by their codes: 30 days from the first version
 * that they did not sign, if they were members before it, and else not at all (0). Another version in between gives no new 30
 * days to who let them pass. Who is not in it has signed; without terms nobody is.
 */
export function unsignedUntil(terms: TermsSet, parties: readonly Party[]): ReadonlyMap<string, Micros> {
  const until = new Map<string, Micros>();
  for (const { kind, code, intervals } of parties) {
    if (kind !== "state") continue;
    const last = terms.signed.get(code)?.version ?? 0;
    const first = terms.versions.find(({ version }) => version > last);
    if (first === undefined) continue;
    const admitted = intervals[0]?.from ?? first.since;
    until.set(code, last > 0 || admitted < first.since ? first.since + signWithin : 0);
  }
  return until;
}

/**
 * Reads `{"text"}`: Markdown.
 * @throws {Refusal} invalid, with pointer: `terms-text`, `terms-definition`, or what a form refuses
 */
export function parseTerms(value: Json): string {
  const { text } = openForm(value, [], "The terms", ["text"]);
  if (typeof text !== "string" || text.trim() === "")
    refuseAt(["text"], "terms-text", "The terms have a text, in Markdown.");
  if ([...text].length > termsLengthMax)
    refuseAt(["text"], "terms-text", `The terms may have at most ${termsLengthMax} characters.`);
  // oxlint-disable-next-line no-control-regex -- what a terminal or a browser would carry out is no text
  if (/[\u0000-\u0008\u000B-\u001F\u007F\u202A-\u202E\u2066-\u2069]/.test(text))
    refuseAt(["text"], "terms-text", "The terms hold control characters. Lines end with a line feed alone.");
  const headings = text.split("\n").flatMap((line) => /^#{1,6}\s+(.+)$/.exec(line)?.[1]?.toLowerCase() ?? []);
  const missing = definedWords.filter((word) => !headings.some((heading) => heading.includes(word)));
  if (missing.length > 0)
    refuseAt(
      ["text"],
      "terms-definition",
      `The terms define ${definedWords.join(", ")}, each under a heading that has the word; there is none for ${missing.join(", ")}.`,
    );
  return text;
}
