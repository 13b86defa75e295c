import { BlockList, isIP } from 'node:net';

/*
 * Everything that is not the public internet: IANA's special-purpose address registries
 * (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry), and what is not unicast.
 * node:net judges by them itself; ipaddr.js names ranges, but takes what no registry has yet given away for public.
 */
const notPublic = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  notPublic.addSubnet(network, bits, 'ipv4');

// Of IPv6 only 2000::/3 is given out, which leaves out loopback, link-local, unique local, multicast and NAT64 (64:ff9b::/96).
// Within it, addresses that carry an IPv4 address (Teredo, 6to4) could lead anywhere.
const givenOut = new BlockList();
givenOut.addSubnet('2000::', 3, 'ipv6');
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const)
  notPublic.addSubnet(network, bits, 'ipv6');

const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', 96, 'ipv6');

/** An address as a URL's `hostname` holds it: IPv6 in brackets. */
const bare = (host: string) => host.replace(/^\[|\]$/g, '');

/** Whether a URL's `hostname` is an IP address and no name. */
export const isLiteralAddress = (host: string): boolean => isIP(bare(host)) !== 0;

/**
 * Whether an IP address, with or without the brackets of a URL, belongs to the public internet. IPv4 written as IPv6
 * (`::ffff:10.0.0.1`) counts as what it is. What is no address does not: a name says nothing about where it leads.
 */
export function isPublicAddress(host: string): boolean {
  const address = bare(host);
  const family = isIP(address);
  if (family === 4) return !notPublic.check(address, 'ipv4');
  if (family === 0) return false;
  // A block list holds a mapped address to its ranges of IPv4 by itself.
  if (mapped.check(address, 'ipv6')) return !notPublic.check(address, 'ipv6');
  return givenOut.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
}
