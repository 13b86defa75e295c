import { useLingui } from '@lingui/react/macro';
import type { Purchase } from '@rendermart/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths.ts';
import { client } from '../../data/client.ts';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { ListEnd } from '../../data/ListEnd.tsx';
import { usePersonName } from '../../data/person-name.ts';
import { Section, Skeleton, Table, buttonClass, cx } from '../../ui/index.ts';
import type { Column } from '../../ui/index.ts';
import { purchasesQuery } from './trade.ts';

/** Every sale or purchase, newest first, and the same as a file. */
export function History({ side: role, title, empty }: { side: 'buyer' | 'seller'; title: string; empty: ReactNode }) {
  const { t, i18n } = useLingui();
  const list = useInfiniteQuery(purchasesQuery(role, i18n.locale));
  const columns = useColumns(role);
  const rows = list.data?.pages.flatMap((page) => page.items);
  if (list.isError && !rows) return <FailureNotice error={list.error} onRetry={() => void list.refetch()} />;
  if (!rows)
    return (
      <div role="status" aria-label={t`Loading`}>
        <Skeleton className="h-64 rounded-2xl" />
      </div>
    );
  if (rows.length === 0) return empty;
  const csv = (
    <a href={client.url('purchaseExport', { query: { role } })} download className={buttonClass('plain')}>
      <Download aria-hidden className="size-[18px]" />
      {t`Download as CSV`}
    </a>
  );
  return (
    <Section title={title} actions={csv}>
      <Table label={title} rows={rows} keyOf={(purchase) => purchase.id} columns={columns} empty={empty} />
      <ListEnd list={list} />
    </Section>
  );
}

const linkClass = 'target underline decoration-line-strong underline-offset-4 hover:decoration-ink';

function useColumns(role: 'buyer' | 'seller'): Column<Purchase>[] {
  const { t } = useLingui();
  const format = useFormat();
  const { amount } = useCredits();
  const nameOf = usePersonName();
  const receipt = ({ id, title }: Purchase) => (
    <Link to={paths.receipt} params={{ id }} className={cx(linkClass, 'line-clamp-2')}>
      {title}
    </Link>
  );
  const image: Column<Purchase> = { label: t`Image`, cell: receipt };
  const price: Column<Purchase> = { label: t`Price`, isNumber: true, cell: (purchase) => amount(purchase.priceCredits) };
  const licence: Column<Purchase> = { label: t`Licence`, cell: (purchase) => purchase.licence.name };
  const date: Column<Purchase> = { label: t`Date`, cell: (purchase) => format.dateTime(purchase.createdAt) };
  const net: Column<Purchase> = {
    label: t`You got`,
    isNumber: true,
    className: 'font-semibold',
    cell: (purchase) => amount(purchase.netCredits),
  };
  const fee: Column<Purchase> = { label: t`Fee`, isNumber: true, cell: (purchase) => amount(purchase.feeCredits) };
  const seller: Column<Purchase> = {
    label: t`Seller`,
    cell: (purchase) => (
      <Link to={paths.seller} params={{ id: purchase.seller.id }} className={linkClass}>
        {nameOf(purchase.seller)}
      </Link>
    ),
  };
  // A phone shows the first columns without scrolling: what it was, and the money.
  if (role === 'buyer') return [image, price, seller, licence, date];
  return [image, net, price, fee, { label: t`Buyer`, cell: ({ buyer }) => nameOf(buyer) }, licence, date];
}
