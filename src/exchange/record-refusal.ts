// Enters expected noes: counted, one entry a client (or address prefix where nobody is known) and hour, so that a flood of
// them cannot fill the log.
import type { Caller } from "../auth/caller.ts";
import type { RefusalCode } from "../refusal.ts";
import { fieldsText } from "./entry-fields.ts";
import type { Exchange } from "./exchange.ts";

export async function recordRefusal(
  exchange: Exchange,
  code: RefusalCode,
  caller: Caller | null,
  address: string,
): Promise<void> {
  const who =
    caller === null ? { actor: `address ${addressPrefix(address)}` } : { actor: caller.client, from: caller.state };
  await exchange.store.tally(fieldsText({ kind: "refuse", ...who, outcome: code }));
}

/** The network that an address belongs to: /24 of IPv4, /48 of IPv6, so that one host cannot make entries by changing its own. */
export function addressPrefix(address: string): string {
  const plain = address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(plain)) return `${plain.split(".").slice(0, 3).join(".")}.0/24`;
  if (!/^[0-9a-f:]{2,45}$/i.test(plain)) return "unknown";
  const [head = "", tail = ""] = plain.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === "" ? [] : tail.split(":");
  const all = plain.includes("::")
    ? [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill("0"), ...rest]
    : groups;
  return `${all
    .slice(0, 3)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/48`;
}
