import { BlockList, isIP } from 'node:net';

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const PRIVATE = /^(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})$/;

/**
 * Whether `ws:` may be used for a host without `allowWs`: loopback, private (RFC 1918), or a
 * name of a single label, as in a container network. (DECISIONS.md #10)
 *
 * @param hostname - as `URL.hostname` returns it: lower case, IPv6 in brackets
 */
export function isLocalHost(hostname: string): boolean {
  return LOOPBACK.test(hostname) || PRIVATE.test(hostname) || /^[a-z0-9_-]+$/.test(hostname);
}

type Network = readonly [network: string, prefix: number];

/** Addresses that an untrusted URL must not lead to: the IANA special-purpose registry for IPv4, and multicast. */
const NOT_PUBLIC_V4: readonly Network[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  // AS112 and AMT: anycast to the nearest network.
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.175.48.0', 24],
  // The relays of 6to4.
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, reserved, and broadcast.
  ['224.0.0.0', 3],
];

/** Global unicast: all other addresses are loopback, mapped, translated, local, multicast or not assigned. */
const GLOBAL_UNICAST: Network = ['2000::', 3];

/** The same registry for IPv6, and prefixes that embed an IPv4 address, within global unicast. */
const NOT_PUBLIC_V6: readonly Network[] = [
  // The protocol assignments, Teredo, benchmarking, ORCHID and drone ids among them.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4: an IPv4 address follows.
  ['2002::', 16],
  // AS112.
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

const PUBLIC_V6 = listOf([GLOBAL_UNICAST], 'ipv6');
const SPECIAL_V6 = listOf(NOT_PUBLIC_V6, 'ipv6');
const SPECIAL_V4 = listOf(NOT_PUBLIC_V4, 'ipv4');

/**
 * Whether an untrusted URL may lead to an address: a unicast address of the public internet that has no special purpose
 * and embeds no other address. False for a text that is not an IP address.
 *
 * @param address - as returned by a resolver or `URL.hostname`, without brackets
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !SPECIAL_V4.check(address, 'ipv4');
    case 6: {
      // A zone names an interface of this machine: only addresses of its local network have one.
      if (address.includes('%')) return false;
      return PUBLIC_V6.check(address, 'ipv6') && !SPECIAL_V6.check(address, 'ipv6');
    }
    default:
      return false;
  }
}

function listOf(networks: readonly Network[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, family);
  return list;
}
