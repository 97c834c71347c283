// The name of a client (RFC 6749 §2.2, narrowed to what needs no escaping in a URL, a header or a log). It begins with its
// party's code, so that one party's names stand in no other's way. Registration, the assertions and the access tokens rely on it.

/** Longest client id, in characters. */
export const clientIdLengthMax = 100;

/** Whether a text can name a client: 1 to 100 letters, digits and `. _ ~ -` (the unreserved of RFC 3986 §2.3), of
 * which the first is a letter or digit, so that no id is a step up in a path. */
export function isClientId(text: string): boolean {
  return text.length <= clientIdLengthMax && /^[A-Za-z0-9][A-Za-z0-9._~-]*$/.test(text);
}

/**
 * Whether a client id is the party's to give: its code alone, or its code and a hyphen before the rest, in either case. If
 * all parties chose from one set, "taken" would tell one what another's clients are called (exchange-model, no-oracle).
 */
export function isClientIdOf(party: string, id: string): boolean {
  const [name, code] = [id.toLowerCase(), party.toLowerCase()];
  return isClientId(id) && (name === code || (name.startsWith(`${code}-`) && name.length > code.length + 1));
}
