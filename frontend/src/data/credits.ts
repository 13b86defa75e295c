import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';

/** Amounts of credits are whole numbers that may be more than a JavaScript number holds: text on the wire, `bigint` in between. */
export function useCredits() {
  const { i18n, t } = useLingui();
  const { locale } = i18n;
  const formats = useMemo(() => amountFormats(locale), [locale]);
  return {
    /** The number alone. */
    amount: formats.plain,
    /** With its sign, for what came in and what went out. */
    signed: formats.signed,
    /** With the word, such as “1,200 credits”. */
    credits: (value: string | bigint) => {
      const amount = formats.plain(value);
      return t`${plural(pluralCount(BigInt(value)), { one: `${amount} credit`, other: `${amount} credits` })}`;
    },
  };
}

export function amountFormats(locale: string) {
  const plain = new Intl.NumberFormat(locale);
  const signed = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' });
  // A narrow space lets a number break at the end of a line in some browsers; the other one never does.
  const steady = (text: string) => text.replaceAll('\u202f', '\u00a0');
  return {
    plain: (value: string | bigint) => steady(plain.format(BigInt(value))),
    signed: (value: string | bigint) => steady(signed.format(BigInt(value))),
  };
}

/** A small number that takes the same plural form, for rules that only know JavaScript's numbers. */
export function pluralCount(value: bigint): number {
  const size = value < 0n ? -value : value;
  return Number(size > 2n ? 2n : size);
}

const highest = 999_999_999n;

/** A price or an amount as somebody typed it, grouped as they like; null when it is not a whole number from 1 to 999 999 999. */
export function parseAmount(text: string): bigint | null {
  const digits = text.replaceAll(/[\s\u00a0\u202f]/g, '');
  if (!/^\d{1,12}$/.test(digits)) return null;
  const value = BigInt(digits);
  return value >= 1n && value <= highest ? value : null;
}

/** What a sale brings: the fee is rounded once, down, so that the fraction of a credit stays with the seller. `feePercent` has at most two decimals. */
export function splitPrice(price: bigint, feePercent: number): { fee: bigint; net: bigint } {
  const fee = (price * BigInt(Math.round(feePercent * 100))) / 10_000n;
  return { fee, net: price - fee };
}
