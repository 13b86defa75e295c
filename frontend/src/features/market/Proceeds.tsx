import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { splitPrice, useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { termsQuery } from '../../data/market.ts';
import { Skeleton } from '../../ui/index.ts';

/** What a sale at this price brings, before anything is offered. The fee of the day of the sale counts. */
export function Proceeds({ price }: { price: bigint }) {
  const { i18n } = useLingui();
  const { credits } = useCredits();
  const { data, error, refetch } = useQuery(termsQuery(i18n.locale));
  if (!data) return error ? <FailureNotice error={error} onRetry={() => void refetch()} /> : <Skeleton className="h-12" />;
  const { fee, net } = splitPrice(price, data.feePercent);
  const percent = new Intl.NumberFormat(i18n.locale, { style: 'percent', maximumFractionDigits: 2 }).format(
    data.feePercent / 100,
  );
  const [netText, feeText] = [credits(net), credits(fee)];
  return (
    <p role="status" className="rounded-2xl bg-sunken px-4 py-3">
      {data.feePercent === 0 ? (
        <Trans>
          You get <strong>{netText}</strong> for each sale. There is no fee here.
        </Trans>
      ) : (
        <Trans>
          You get <strong>{netText}</strong> for each sale: the price less the fee of {percent}, which is {feeText}.
        </Trans>
      )}
    </p>
  );
}
