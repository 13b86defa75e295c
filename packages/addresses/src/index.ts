export { isLiteralAddress, isPublicAddress } from './addresses.ts';
export { publicLookup } from './public-lookup.ts';
