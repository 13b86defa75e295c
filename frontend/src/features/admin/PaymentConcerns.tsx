import { useLingui } from '@lingui/react/macro';
import type { TopUpConcern } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { moneyText } from '../../data/money.ts';
import { usePersonName } from '../../data/person-name.ts';
import { Badge, Section, Table } from '../../ui/index.ts';
import { topUpConcernsQuery } from './money-queries.ts';

/** Payments that only an administrator can put right; nothing where there are none, as in an installation that sells no credits. */
export function PaymentConcerns() {
  const { t, i18n } = useLingui();
  const { data, error, refetch } = useQuery(topUpConcernsQuery);
  const format = useFormat();
  const nameOf = usePersonName();
  if (error && !data) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (!data || data.items.length === 0) return null;
  return (
    <Section
      title={t`Payments to put right`}
      description={t`A payment that is to be refunded leaves this list when the payment service says that all of it was.`}
    >
      <Table
        label={t`Payments to put right`}
        rows={data.items}
        keyOf={(row) => row.id}
        empty={null}
        columns={[
          { label: t`Person`, cell: (row) => nameOf(row.account) },
          { label: t`Price`, isNumber: true, cell: (row) => moneyText(row.amountMinor, row.currency, i18n.locale) },
          { label: t`What`, className: 'whitespace-normal!', cell: (row) => <Concern payment={row} /> },
          { label: t`Payment`, cell: (row) => <code className="font-mono text-[13px]">{row.paymentId ?? row.id}</code> },
          { label: t`Date`, cell: (row) => format.dateTime(row.createdAt) },
        ]}
      />
    </Section>
  );
}

function Concern({ payment }: { payment: TopUpConcern }) {
  const { t } = useLingui();
  const { credits } = useCredits();
  const missing = credits(payment.missingCredits);
  return payment.concern === 'refund_due' ? (
    <Labelled tone="bad" label={t`To be refunded`}>
      {t`It came after the account was closed, and gave no credits. Refund it at the payment service.`}
    </Labelled>
  ) : (
    <Labelled tone="warn" label={t`Credits missing`}>
      {t`It was returned after its credits were spent: ${missing} could not be taken back.`}
    </Labelled>
  );
}

function Labelled({ tone, label, children }: { tone: 'bad' | 'warn'; label: string; children: string }) {
  return (
    <span className="grid min-w-56 gap-1">
      <span>
        <Badge tone={tone}>{label}</Badge>
      </span>
      <span className="text-sm text-muted">{children}</span>
    </span>
  );
}
