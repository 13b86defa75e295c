import { i18n } from '@lingui/core';
import { msg, plural } from '@lingui/core/macro';
import { notify } from '../ui/index.ts';
import { amountFormats, pluralCount } from './credits.ts';

/** Tells the seller, wherever they are, that something was bought. Loaded when it happens. */
export function tellSale({ title, netCredits }: { title: string; netCredits: string }): void {
  const amount = amountFormats(i18n.locale).plain(netCredits);
  notify({
    text: i18n._(
      msg`Sold: “${title}”. ${plural(pluralCount(BigInt(netCredits)), { one: `${amount} credit is in your wallet.`, other: `${amount} credits are in your wallet.` })}`,
    ),
  });
}
