// Public DNS resolvers: addresses that many programs ask, so that an indicator for one of them alarms everywhere.
// Data of benign.ts; each address as its operator documents it.

export const knownResolvers = {
  source:
    "the operators' own pages: one.one.one.one, developers.google.com/speed/public-dns, quad9.net, opendns.com, adguard-dns.io, dns.yandex.com, 114dns.com, alidns.com, dnspod.com, cleanbrowsing.org, controld.com, vercara.com, kt.com",
  date: "2026-11-24",
  addresses: [
    // Cloudflare
    "1.1.1.1",
    "1.0.0.1",
    "1.1.1.2",
    "1.0.0.2",
    "1.1.1.3",
    "1.0.0.3",
    "2606:4700:4700::1111",
    "2606:4700:4700::1001",
    // Google
    "8.8.8.8",
    "8.8.4.4",
    "2001:4860:4860::8888",
    "2001:4860:4860::8844",
    // Quad9
    "9.9.9.9",
    "149.112.112.112",
    "9.9.9.10",
    "149.112.112.10",
    "9.9.9.11",
    "149.112.112.11",
    "2620:fe::fe",
    "2620:fe::9",
    // OpenDNS
    "208.67.222.222",
    "208.67.220.220",
    "208.67.222.123",
    "208.67.220.123",
    "2620:119:35::35",
    "2620:119:53::53",
    // AdGuard
    "94.140.14.14",
    "94.140.15.15",
    "94.140.14.15",
    "94.140.15.16",
    "94.140.14.140",
    "94.140.14.141",
    "2a10:50c0::ad1:ff",
    "2a10:50c0::ad2:ff",
    // Yandex
    "77.88.8.8",
    "77.88.8.1",
    "77.88.8.88",
    "77.88.8.2",
    "77.88.8.7",
    "77.88.8.3",
    "2a02:6b8::feed:ff",
    "2a02:6b8:0:1::feed:ff",
    // 114DNS, AliDNS, DNSPod
    "114.114.114.114",
    "114.114.115.115",
    "223.5.5.5",
    "223.6.6.6",
    "2400:3200::1",
    "2400:3200:baba::1",
    "119.29.29.29",
    // CleanBrowsing, Control D, Vercara, Level 3, KT
    "185.228.168.9",
    "185.228.169.9",
    "76.76.2.0",
    "76.76.10.0",
    "64.6.64.6",
    "64.6.65.6",
    "156.154.70.1",
    "156.154.71.1",
    "4.2.2.1",
    "4.2.2.2",
    "168.126.63.1",
    "168.126.63.2",
  ],
} as const;
