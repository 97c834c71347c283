// IP addresses and CIDR blocks as sets (RFC 4632, RFC 4291), for ISSUBSET and ISSUPERSET (STIX 2.1 §9.6.1) and for readings.

/** The addresses whose first `length` bits are those of `bits`. */
export interface Block {
  readonly family: 4 | 6;
  /** Sixteen bits each, two for IPv4 and eight for IPv6. */
  readonly bits: readonly number[];
  /** 0 to 32 or 128; the whole width for a single address. */
  readonly length: number;
}

/** An address, alone or with a prefix length behind a slash (STIX 2.1 §6.8, §6.9); null for anything else. */
export function parseBlock(text: string): Block | null {
  const slash = text.indexOf("/");
  const address = slash === -1 ? text : text.slice(0, slash);
  const family = address.includes(":") ? 6 : 4;
  const bits = family === 6 ? ipv6(address) : ipv4(address);
  if (bits === null) return null;
  const width = bits.length * 16;
  const length = slash === -1 ? width : decimal(text.slice(slash + 1), width);
  return length === null ? null : { family, bits, length };
}

/** Whether every address of `inner` is one of `outer`; those of the other family are not. */
export function containsBlock(outer: Block, inner: Block): boolean {
  if (outer.family !== inner.family || outer.length > inner.length) return false;
  for (let i = 0; i * 16 < outer.length; i++) {
    const mask = (0xffff << Math.max(0, 16 - (outer.length - i * 16))) & 0xffff;
    if ((((outer.bits[i] ?? 0) ^ (inner.bits[i] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

/** Digits without a leading zero, which some readers take for octal. */
function decimal(text: string, most: number): number | null {
  if (text.length === 0 || text.length > 3 || /[^0-9]/.test(text) || (text.length > 1 && text.startsWith("0")))
    return null;
  const value = Number(text);
  return value <= most ? value : null;
}

function ipv4(text: string): readonly number[] | null {
  const octets = text.split(".", 5).map((octet) => decimal(octet, 255));
  const [a, b, c, d] = octets;
  if (octets.length !== 4 || a == null || b == null || c == null || d == null) return null;
  return [a * 256 + b, c * 256 + d];
}

function ipv6(text: string): readonly number[] | null {
  // The longest form is 45 characters; nothing longer is split.
  if (text.length > 45) return null;
  const halves = text.split("::");
  const [head, tail] = [groups(halves[0] ?? ""), groups(halves[1] ?? "")];
  if (head === null || tail === null || halves.length > 2) return null;
  // The dotted form of the last four bytes stands at the very end.
  if (halves.length === 2 && (halves[0] ?? "").includes(".")) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1) return missing === 0 ? head : null;
  return missing > 0 ? [...head, ...Array.from({ length: missing }, () => 0), ...tail] : null;
}

function groups(text: string): readonly number[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const last = parts.at(-1) ?? "";
  const dotted = last.includes(".") ? ipv4(last) : [];
  if (dotted === null) return null;
  const hex = dotted.length === 0 ? parts : parts.slice(0, -1);
  return hex.every((part) => /^[0-9A-Fa-f]{1,4}$/.test(part))
    ? [...hex.map((part) => parseInt(part, 16)), ...dotted]
    : null;
}
