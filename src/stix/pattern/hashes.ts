// The forms of hashes by algorithm (STIX 2.1 §10.7, and the algorithms that the OASIS pattern validator knows besides).

const hex = (...lengths: readonly number[]): RegExp =>
  new RegExp(`^(?:${lengths.map((length) => `[0-9A-Fa-f]{${length}}`).join("|")})$`);

/** By the name of the algorithm in upper case and without hyphens. */
const forms: ReadonlyMap<string, RegExp> = new Map([
  ["MD5", hex(32)],
  ["MD6", hex(32, 40, 56, 64, 96, 128)],
  ["RIPEMD160", hex(40)],
  ["SHA1", hex(40)],
  ["SHA224", hex(56)],
  ["SHA256", hex(64)],
  ["SHA384", hex(96)],
  ["SHA512", hex(128)],
  ["SHA3224", hex(56)],
  ["SHA3256", hex(64)],
  ["SHA3384", hex(96)],
  ["SHA3512", hex(128)],
  ["SSDEEP", /^[0-9A-Za-z/+:.]{1,128}$/],
  ["WHIRLPOOL", hex(128)],
]);

/** The form of an algorithm's hashes, however its name is spelt; undefined for an algorithm that is not known. */
export function hashForm(algorithm: string): RegExp | undefined {
  return forms.get(algorithm.toUpperCase().replaceAll(/[-']/g, ""));
}
