// Where a request comes from. A proxy's word counts only if the proxy is listed (auth.md): otherwise networks and throttling
// would be anyone's to forge.
import { BlockList, isIP } from "node:net";

export type AddressReader = (socketAddress: string | undefined, forwardedFor: string | undefined) => string;

/** The first address, from the right, that no trusted proxy has. */
export function addressReader(trustedProxies: readonly string[]): AddressReader {
  const trusted = new BlockList();
  for (const proxy of trustedProxies) {
    const [address = "", bits] = proxy.split("/");
    const type = isIP(address) === 4 ? "ipv4" : "ipv6";
    if (bits === undefined) trusted.addAddress(address, type);
    else trusted.addSubnet(address, Number(bits), type);
  }
  const isTrusted = (address: string): boolean => {
    const version = isIP(address);
    return version !== 0 && trusted.check(address, version === 4 ? "ipv4" : "ipv6");
  };
  return (socketAddress, forwardedFor) => {
    let address = plain(socketAddress ?? "unknown");
    for (const hop of (forwardedFor ?? "").slice(0, 2_048).split(",").reverse()) {
      const next = plain(hop.trim());
      if (!isTrusted(address) || isIP(next) === 0) break;
      address = next;
    }
    return address;
  };
}

function plain(address: string): string {
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
}
