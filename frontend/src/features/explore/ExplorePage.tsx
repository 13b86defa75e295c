import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Compass, LockKeyhole, SearchX } from 'lucide-react';
import { paths } from '../../app/paths.ts';
import { useAccount } from '../../app/session.ts';
import { usePageTitle } from '../../app/title.ts';
import { isFailure } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { ListEnd } from '../../data/ListEnd.tsx';
import { setupQuery } from '../../data/queries.ts';
import { Button, EmptyState, Page, SearchField, Segmented, Skeleton, buttonClass, cx } from '../../ui/index.ts';
import { exploreQuery } from './explore.ts';
import type { ExploreSearch } from './explore.ts';
import { exploreGridClass, ExploreGrid } from './ExploreGrid.tsx';

export function ExplorePage() {
  const { t } = useLingui();
  const account = useAccount();
  const audience = useQuery(setupQuery).data?.exploreAudience;
  usePageTitle(t`Explore`);
  return (
    <Page title={t`Explore`} description={<Trans>What people here have published.</Trans>}>
      {account || audience === 'everyone' ? <Feed /> : <ForMembers />}
    </Page>
  );
}

function Feed() {
  const { t } = useLingui();
  const search = useSearch({ from: paths.explore });
  const navigate = useNavigate({ from: paths.explore });
  const change = (patch: ExploreSearch) => void navigate({ search: (held) => ({ ...held, ...patch }), replace: true });
  const list = useInfiniteQuery(exploreQuery(search));
  const images = list.data?.pages.flatMap((page) => page.items) ?? [];
  // The administrator may have closed it to visitors a moment ago.
  if (isFailure(list.error, 'sign_in_required')) return <ForMembers />;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <SearchField
          label={t`Search published prompts`}
          value={search.q ?? ''}
          onChange={(q) => change({ q: q || undefined })}
          className="min-w-0 flex-1 basis-56"
        />
        <Segmented
          label={t`Order`}
          hideLabel
          value={search.sort ?? 'newest'}
          onChange={(sort) => change({ sort: sort === 'liked' ? 'liked' : undefined })}
          choices={[
            { value: 'newest', label: t`Newest` },
            { value: 'liked', label: t`Most liked` },
          ]}
        />
      </div>
      {list.isError && images.length === 0 && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <FeedSkeleton />}
      {list.isSuccess && images.length === 0 && (
        <NothingPublished isSearch={search.q !== undefined} onClear={() => change({ q: undefined })} />
      )}
      {images.length > 0 && (
        <div aria-busy={list.isPlaceholderData} className={cx('transition-opacity', list.isPlaceholderData && 'opacity-50')}>
          <ExploreGrid images={images} />
          <ListEnd list={list} />
        </div>
      )}
    </>
  );
}

function ForMembers() {
  const { t } = useLingui();
  return (
    <EmptyState
      icon={<LockKeyhole />}
      title={t`Explore is for members here`}
      actions={<Link to={paths.signIn} search={{ next: paths.explore }} className={buttonClass('primary')}>{t`Sign in`}</Link>}
    >
      <Trans>Sign in to see what the others have published.</Trans>
    </EmptyState>
  );
}

function NothingPublished({ isSearch, onClear }: { isSearch: boolean; onClear: () => void }) {
  const { t } = useLingui();
  const account = useAccount();
  if (isSearch) {
    return (
      <EmptyState
        icon={<SearchX />}
        title={t`No image fits`}
        actions={<Button tone="primary" onClick={onClear}>{t`Clear the search`}</Button>}
      >
        <Trans>Try fewer words or another spelling.</Trans>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Compass />}
      title={t`Nothing is published yet`}
      actions={account && <Link to={paths.gallery} className={buttonClass('primary')}>{t`Open your gallery`}</Link>}
    >
      {account ? (
        <Trans>Be the first: open one of your images and publish it. Until you do, only you can see it.</Trans>
      ) : (
        <Trans>Come back a little later.</Trans>
      )}
    </EmptyState>
  );
}

function FeedSkeleton() {
  const { t } = useLingui();
  return (
    <div role="status" aria-label={t`Loading`} className={exploreGridClass}>
      {Array.from({ length: 15 }, (_, key) => (
        <div key={key} className="p-1.5">
          <Skeleton className="mb-11 aspect-square rounded-2xl" />
        </div>
      ))}
    </div>
  );
}
