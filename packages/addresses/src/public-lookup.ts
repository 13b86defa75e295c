import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './addresses.ts';

/**
 * A `lookup` for node:http that refuses a name when any of its addresses is not public. The connection goes to the
 * addresses that were looked at and nowhere else, so a name that changes in between leads nowhere (DNS rebinding).
 * It is not asked for addresses that stand in the URL itself: hold those to `isPublicAddress`.
 * @param refusal the error of a name that leads to such an address
 */
export function publicLookup(refusal: (hostname: string, address: string) => Error): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      const hidden = addresses?.find(({ address }) => !isPublicAddress(address));
      if (error || !first) callback(error ?? new Error(`${hostname} has no address`), '');
      else if (hidden) callback(refusal(hostname, hidden.address), '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
