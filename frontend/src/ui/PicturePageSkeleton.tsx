import { useLingui } from '@lingui/react/macro';
import { Skeleton } from './Skeleton.tsx';
import { cx } from './cx.ts';

interface PicturePageSkeletonProps {
  /** The two columns, as the page that follows has them. */
  columns: string;
  /** One height class for each thing that will stand beside the picture. */
  beside: readonly string[];
}

/** What stands in for a page with a large picture and a column of things beside it, without a jump when they come. */
export function PicturePageSkeleton({ columns, beside }: PicturePageSkeletonProps) {
  const { t } = useLingui();
  return (
    <div role="status" aria-label={t`Loading`} className={cx('grid flex-1', columns)}>
      <div className="grid place-items-center bg-sunken p-3 sm:p-8 lg:h-dvh">
        <Skeleton className="aspect-square w-full max-w-lg rounded-2xl" />
      </div>
      <div className="grid content-start gap-4 bg-surface p-6">
        {beside.map((height) => (
          <Skeleton key={height} className={height} />
        ))}
      </div>
    </div>
  );
}
