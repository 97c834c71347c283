// The name of a client (RFC 6749 §2.2, narrowed to what needs no escaping in a URL, a header or a log). Registration, the
// assertions and the access tokens rely on it.

/** Longest client id, in characters. */
export const clientIdLengthMax = 100;

/** Whether a text can name a client: 1 to 100 letters, digits and `. _ ~ -` (the unreserved of RFC 3986 §2.3), of
 * which the first is a letter or digit, so that no id is a step up in a path. */
export function isClientId(text: string): boolean {
  return text.length <= clientIdLengthMax && /^[A-Za-z0-9][A-Za-z0-9._~-]*$/.test(text);
}
