import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { LicenceKind, Listing, ListingState, Report } from '@rendermart/contract';

const licences: Record<LicenceKind, MessageDescriptor> = {
  personal: msg`Personal use`,
  commercial: msg`Commercial use`,
  exclusive: msg`Exclusive`,
};
const shapes: Record<Listing['orientation'], MessageDescriptor> = {
  square: msg`Square`,
  portrait: msg`Portrait`,
  landscape: msg`Landscape`,
};
const colours: Record<Listing['colours'][number], MessageDescriptor> = {
  red: msg`Red`,
  orange: msg`Orange`,
  yellow: msg`Yellow`,
  green: msg`Green`,
  blue: msg`Blue`,
  purple: msg`Purple`,
  pink: msg`Pink`,
  brown: msg`Brown`,
  black: msg`Black`,
  grey: msg`Grey`,
  white: msg`White`,
};
const states: Record<ListingState, MessageDescriptor> = {
  active: msg({ message: 'For sale', context: 'state of a listing' }),
  sold: msg({ message: 'Sold', context: 'state of a listing' }),
  withdrawn: msg({ message: 'Withdrawn', context: 'state of a listing' }),
  hidden: msg({ message: 'Hidden', context: 'state of a listing' }),
};
const reasons: Record<Report['reason'], MessageDescriptor> = {
  infringes: msg`It copies somebody’s work or shows somebody without leave`,
  illegal: msg`It is against the law`,
  sexual: msg`It is sexual`,
  hateful: msg`It is hateful or violent`,
  misleading: msg`It is not what it says`,
  other: msg`Something else`,
};

/** What the market's fixed choices are called. */
export function useMarketWords() {
  const { i18n } = useLingui();
  return {
    licence: (kind: LicenceKind) => i18n._(licences[kind]),
    shape: (orientation: Listing['orientation']) => i18n._(shapes[orientation]),
    colour: (colour: Listing['colours'][number]) => i18n._(colours[colour]),
    state: (state: ListingState) => i18n._(states[state]),
    reason: (reason: Report['reason']) => i18n._(reasons[reason]),
  };
}
