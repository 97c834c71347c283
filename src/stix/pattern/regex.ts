// The expressions of MATCHES and LIKE (STIX 2.1 §9.6.1), run by an engine whose time grows with the length of the text only.
// It is RE2's language, which is PCRE's without what needs going back: look-ahead, back-references, possessive repetition.

import { RE2JS, RE2JSException } from "re2js";

/** Whether a text, already normalized, has what is sought anywhere in it (MATCHES) or is it (LIKE). */
export type TextTest = (text: string) => boolean;

/** Instructions that an expression may become: a text of n characters takes at most n times as many steps. */
export const expressionSizeMax = 10_000;

/** Characters (UTF-16 units) that are read at all: no expression in a pattern is longer than a pattern may be. */
export const expressionTextMax = 100_000;

/** The search of MATCHES with the option DOTALL; null for an expression that the engine does not take. */
export function matchesTest(expression: string): TextTest | null {
  const compiled = compile(expression);
  if (compiled === null) return null;
  // To PCRE `$` is also the place before a newline that ends the text; to RE2 it is the end alone.
  const dollar = expression.includes("$") && !expression.includes("\\z");
  return (text) => compiled.test(text) || (dollar && text.endsWith("\n") && compiled.test(text.slice(0, -1)));
}

/** `%` is any number of characters, `_` is one; there is no escape. Null for one that is larger than the engine takes. */
export function likeTest(like: string): TextTest | null {
  const parts = like.split(/([%_])/).map((part) => (part === "%" ? ".*" : part === "_" ? "." : RE2JS.quote(part)));
  const compiled = compile(`\\A${parts.join("")}\\z`);
  return compiled === null ? null : (text) => compiled.test(text);
}

/** Whether `matchPattern` takes the expression of a test; false for one that it refuses as `unsupported`. */
export function isRunnable(operator: "LIKE" | "MATCHES", expression: string): boolean {
  if (expression.length > expressionTextMax) return false;
  const normalized = expression.normalize("NFC");
  return (operator === "LIKE" ? likeTest(normalized) : matchesTest(normalized)) !== null;
}

function compile(expression: string): RE2JS | null {
  try {
    const compiled = RE2JS.compile(expression, RE2JS.DOTALL | RE2JS.LOOKBEHINDS);
    return compiled.programSize() > expressionSizeMax ? null : compiled;
  } catch (error) {
    if (error instanceof RE2JSException) return null;
    throw error;
  }
}
