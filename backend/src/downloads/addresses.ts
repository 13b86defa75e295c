import { BlockList, isIP } from 'node:net';

// Everything that is not the public internet: IANA's special-purpose registries for IPv4 and IPv6.
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
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  notPublic.addSubnet(network, bits, 'ipv4');
// Of IPv6 only 2000::/3 is public; within it, addresses that carry an IPv4 address could lead anywhere.
const publicIpv6 = new BlockList();
publicIpv6.addSubnet('2000::', 3, 'ipv6');
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  notPublic.addSubnet(network, bits, 'ipv6');

/** Pure: whether an IP address belongs to the public internet. Anything that is no address does not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !notPublic.check(address, 'ipv4');
  return family === 6 && publicIpv6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
}

/** Where models may come from. */
export interface OutboundRules {
  /** Host names, `*.example.com` for all below one; with a port when it is not the usual one. */
  hosts: readonly string[];
  /** Also plain http and addresses that are not public: for a mirror in one's own network, and for tests. */
  allowPrivate: boolean;
}

const fits = (host: string, pattern: string) => (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern);

/** Pure: why an address must not be asked, in words; undefined when it may. Says nothing about where its name leads. */
export function addressProblem(url: URL, { hosts, allowPrivate }: OutboundRules): string | undefined {
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) return `${url.origin} is not an https address`;
  if (url.username !== '' || url.password !== '') return 'The address holds a name or a password';
  if (!hosts.some((pattern) => fits(url.host, pattern)))
    return `${url.host} is not on the list of hosts that models may come from: ${hosts.join(', ')}`;
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && isIP(literal) !== 0 && !isPublicAddress(literal))
    return `${literal} is not an address of the public internet`;
  return undefined;
}
