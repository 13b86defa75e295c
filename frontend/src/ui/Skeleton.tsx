import { useLingui } from '@lingui/react/macro';
import { cx } from './cx.ts';

/** Holds the place of what is being loaded; give it the size of what will come. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx('animate-shimmer rounded-xl bg-ink/8', className)} />;
}

/** A quiet whole-page wait. It appears only after a moment, so that a fast answer does not flash. */
export function PageSkeleton() {
  const { t } = useLingui();
  return (
    <div role="status" aria-label={t`Loading`} className="mx-auto grid w-full max-w-[100rem] gap-6 px-4 py-6 sm:px-8 sm:py-8">
      <Skeleton className="h-9 w-48" />
      <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
        {[0, 1, 2, 3, 4, 5, 6, 7].map((key) => (
          <Skeleton key={key} className="aspect-square rounded-2xl" />
        ))}
      </div>
    </div>
  );
}
