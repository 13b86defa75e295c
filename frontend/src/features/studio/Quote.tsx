import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { paths } from '../../app/paths.ts';
import { useCredits } from '../../data/credits.ts';
import { walletQuery } from '../../data/market.ts';
import type { Studio } from './use-studio.ts';
import { totalCredits } from './settings.ts';

/** What is left of the credits after this generation, in few words since a phone has little room; says so before the button is pressed when they are too few. */
export function Quote({ studio: { model, settings } }: { studio: Studio }) {
  const { amount, credits } = useCredits();
  const price = totalCredits(model, settings.count);
  const wallet = useQuery({ ...walletQuery, enabled: price !== null }).data;
  if (price === null || !wallet) return null;
  const left = BigInt(wallet.availableCredits) - price;
  const [available, rest] = [credits(wallet.availableCredits), amount(left)];
  if (left >= 0n)
    return (
      <p className="truncate text-sm text-muted tabular-nums">
        <Trans>{rest} left</Trans>
      </p>
    );
  return (
    <p role="status" className="text-sm/5 font-medium text-warn">
      <Trans>
        You have {available}: too few.{' '}
        <Link to={paths.wallet} className="target underline underline-offset-4">
          Wallet
        </Link>
      </Trans>
    </p>
  );
}
