import { useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useId } from 'react';
import type { ReactNode, RefObject } from 'react';
import { Skeleton, useGridKeys } from '../../ui/index.ts';
import { gridClass, tileItemClass } from './tile-class.ts';

/** Pictures in rows and columns, walked with the arrow keys. `focusIndex` lets the page put the focus back after tiles have gone. */
export function ImageGrid({
  label,
  images,
  focusIndex,
  tile,
}: {
  label: string;
  images: readonly Image[];
  focusIndex?: RefObject<(index?: number) => void>;
  tile: (image: Image, isTabStop: boolean) => ReactNode;
}) {
  const { t } = useLingui();
  const hintId = useId();
  const { active, focusTile, gridProps } = useGridKeys(images.length);
  if (focusIndex) focusIndex.current = (index = active) => requestAnimationFrame(() => focusTile(index));
  return (
    <>
      <p id={hintId} hidden>{t`Arrow keys move between the pictures, Space selects, Enter opens.`}</p>
      <ul aria-label={label} aria-describedby={hintId} {...gridProps} className={gridClass}>
        {images.map((image, index) => tile(image, index === active))}
      </ul>
    </>
  );
}

/** The first rows, before anything is known about them. */
export function GridSkeleton() {
  const { t } = useLingui();
  return (
    <div role="status" aria-label={t`Loading`} className={gridClass}>
      {Array.from({ length: 24 }, (_, key) => (
        <div key={key} className={tileItemClass}>
          <Skeleton className="aspect-square rounded-2xl" />
        </div>
      ))}
    </div>
  );
}
