import { isLiteralAddress, isPublicAddress } from '@rendermart/addresses';

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
  if (!allowPrivate && isLiteralAddress(url.hostname) && !isPublicAddress(url.hostname))
    return `${url.hostname} is not an address of the public internet`;
  return undefined;
}
