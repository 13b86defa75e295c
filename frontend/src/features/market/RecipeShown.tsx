import { Trans, useLingui } from '@lingui/react/macro';
import type { Listing } from '@rendermart/contract';
import { EyeOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFormat } from '../../data/format.ts';

/** What made the picture, or that the seller keeps it to themselves. */
export function RecipeShown({ listing }: { listing: Listing }) {
  const { t } = useLingui();
  const { number, date } = useFormat();
  const { recipe, modelName } = listing;
  return (
    <section className="grid gap-2">
      <h2 className="font-semibold">{t`About the picture`}</h2>
      <dl className="grid divide-y divide-line">
        <Row name={t`Size`}>
          {number(listing.width)} × {number(listing.height)}
          {listing.transparent && `, ${t`transparent`}`}
        </Row>
        {modelName && <Row name={t`Model`}>{modelName}</Row>}
        {recipe?.prompt && (
          <Row name={t`Prompt`} isLong>
            {recipe.prompt}
          </Row>
        )}
        {recipe?.negativePrompt && (
          <Row name={t`Negative prompt`} isLong>
            {recipe.negativePrompt}
          </Row>
        )}
        {recipe && <Row name={t`Seed`}>{recipe.seed}</Row>}
        {recipe?.steps != null && <Row name={t`Steps`}>{recipe.steps}</Row>}
        {recipe?.guidanceScale != null && <Row name={t`Guidance scale`}>{number(recipe.guidanceScale)}</Row>}
        <Row name={t`Offered since`}>{date(listing.createdAt)}</Row>
      </dl>
      {!recipe && modelName && (
        <p className="flex gap-2 text-sm text-muted">
          <EyeOff aria-hidden className="mt-0.5 size-4 shrink-0" />
          <Trans>The seller keeps the prompt and the settings to themselves. Who buys the picture sees them.</Trans>
        </p>
      )}
    </section>
  );
}

function Row({ name, isLong, children }: { name: string; isLong?: boolean; children: ReactNode }) {
  return (
    <div className={isLong ? 'grid gap-0.5 py-2.5' : 'flex min-h-11 items-center justify-between gap-4 py-2'}>
      <dt className="shrink-0 text-sm text-muted">{name}</dt>
      <dd className={isLong ? 'break-words whitespace-pre-wrap' : 'min-w-0 text-right font-medium break-words tabular-nums'}>
        {children}
      </dd>
    </div>
  );
}
