import { useLingui } from '@lingui/react/macro';
import type { TopUp } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { useCredits } from '../../data/credits.ts';
import { useFormat } from '../../data/format.ts';
import { moneyText } from '../../data/money.ts';
import { Badge, Section, Table } from '../../ui/index.ts';
import { topUpsQuery } from './queries.ts';

/** Every payment and what became of it; nothing where there was none. */
export function TopUpHistory() {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const { credits } = useCredits();
  const { data } = useQuery(topUpsQuery);
  if (!data || data.length === 0) return null;
  return (
    <Section title={t`Payments`} description={t`What you paid for credits, and what became of it.`}>
      <Table
        label={t`Payments`}
        rows={data}
        keyOf={(topUp) => topUp.id}
        empty={null}
        columns={[
          { label: t`Credits`, cell: (topUp) => credits(topUp.credits) },
          { label: t`Price`, isNumber: true, cell: (topUp) => moneyText(topUp.amountMinor, topUp.currency, i18n.locale) },
          { label: t`State`, className: 'whitespace-normal!', cell: (topUp) => <State topUp={topUp} /> },
          { label: t`Date`, cell: (topUp) => format.dateTime(topUp.createdAt) },
        ]}
      />
    </Section>
  );
}

function State({ topUp }: { topUp: TopUp }) {
  const { t } = useLingui();
  const { credits } = useCredits();
  const missing = credits(topUp.missingCredits);
  const returned = credits(topUp.returnedCredits);
  switch (topUp.state) {
    case 'paid':
      return (
        <span className="grid gap-1">
          <span>
            <Badge tone="good">{t({ message: 'Paid', context: 'state of a payment' })}</Badge>
          </span>
          {topUp.returnedCredits !== '0' && <span className="text-sm text-muted">{t`Returned in part: ${returned}`}</span>}
        </span>
      );
    case 'expired':
      return <Badge>{t`Not completed`}</Badge>;
    case 'open':
      return (
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Badge tone="warn">{t`Not paid yet`}</Badge>
          {topUp.checkoutUrl && (
            <a href={topUp.checkoutUrl} className="target underline decoration-line-strong underline-offset-4">{t`Pay now`}</a>
          )}
        </span>
      );
    case 'reversed':
      return (
        <span className="grid gap-1">
          <span>
            <Badge tone="bad">{topUp.reversedBy === 'dispute' ? t`Disputed` : t`Refunded`}</Badge>
          </span>
          {topUp.missingCredits !== '0' && (
            <span className="text-sm text-muted">{t`Spent already and not taken back: ${missing}`}</span>
          )}
        </span>
      );
  }
}
