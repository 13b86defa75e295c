import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { FolderOpen, ImagePlus, SearchX } from 'lucide-react';
import { paths } from '../../app/paths.ts';
import { Button, EmptyState, buttonClass } from '../../ui/index.ts';
import { narrows } from './filters.ts';
import type { Filters } from './filters.ts';

/** Why there is nothing to see, and where to go from here. */
export function GalleryEmpty({ filters, onClear }: { filters: Filters; onClear: () => void }) {
  const { t } = useLingui();
  if (narrows(filters)) {
    return (
      <EmptyState
        icon={<SearchX />}
        title={t`No image fits`}
        actions={<Button tone="primary" onClick={onClear}>{t`Clear the search and the filters`}</Button>}
      >
        <Trans>Try fewer words or another spelling, or take off a filter.</Trans>
      </EmptyState>
    );
  }
  if (filters.collectionId) {
    return (
      <EmptyState
        icon={<FolderOpen />}
        title={t`This collection is empty`}
        actions={<Link to={paths.gallery} className={buttonClass('primary')}>{t`Choose from the gallery`}</Link>}
      >
        <Trans>Select images in your gallery, then add them to this collection.</Trans>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<ImagePlus />}
      title={t`Your images will be here`}
      actions={<Link to={paths.studio} className={buttonClass('accent')}>{t`Make the first one`}</Link>}
    >
      <Trans>
        Everything that you generate is kept here, with its prompt and its settings. You can also drop pictures of your own on
        this page.
      </Trans>
    </EmptyState>
  );
}
