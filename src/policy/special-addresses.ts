// Addresses and names that mean nothing on the Internet: private, reserved and documentation ranges, names for examples and
// local use. Data of benign.ts.

export const specialRanges = {
  source: "IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), and RFC 5771 and RFC 4291 for multicast",
  date: "2026-11-24",
  blocks: [
    "0.0.0.0/8", // this network, RFC 791
    "10.0.0.0/8", // private, RFC 1918
    "100.64.0.0/10", // shared address space, RFC 6598
    "127.0.0.0/8", // loopback, RFC 1122
    "169.254.0.0/16", // link-local, RFC 3927
    "172.16.0.0/12", // private, RFC 1918
    "192.0.0.0/24", // protocol assignments, RFC 6890
    "192.0.2.0/24", // documentation, RFC 5737
    "192.168.0.0/16", // private, RFC 1918
    "198.18.0.0/15", // benchmarking, RFC 2544
    "198.51.100.0/24", // documentation, RFC 5737
    "203.0.113.0/24", // documentation, RFC 5737
    "224.0.0.0/4", // multicast, RFC 5771
    "240.0.0.0/4", // reserved and limited broadcast, RFC 1112, RFC 8190
    "::/128", // unspecified, RFC 4291
    "::1/128", // loopback, RFC 4291
    "100::/64", // discard-only, RFC 6666
    "2001:2::/48", // benchmarking, RFC 5180
    "2001:db8::/32", // documentation, RFC 3849
    "3fff::/20", // documentation, RFC 9637
    "5f00::/16", // segment routing, RFC 9602
    "fc00::/7", // unique local, RFC 4193
    "fe80::/10", // link-local, RFC 4291
    "ff00::/8", // multicast, RFC 4291
  ],
} as const;

export const specialNames = {
  source:
    "IANA Special-Use Domain Names: RFC 2606, RFC 6761, RFC 6762, RFC 8375; and internal, reserved by ICANN in 2024",
  date: "2026-11-24",
  /** The names themselves and all below them. */
  names: [
    "example",
    "example.com",
    "example.net",
    "example.org",
    "home.arpa",
    "internal",
    "invalid",
    "local",
    "localhost",
    "test",
  ],
} as const;
