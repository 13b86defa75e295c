import { Sentinel } from '../ui/index.ts';
import { FailureNotice } from './FailureNotice.tsx';

export interface EndlessList {
  error: unknown;
  isFetchNextPageError: boolean;
  hasNextPage: boolean;
  isFetching: boolean;
  fetchNextPage: (options: { cancelRefetch: boolean }) => Promise<unknown>;
}

/** The end of an endless list. A page that failed is asked for again only by hand: the end is in view, so it would never stop. */
export function ListEnd({ list }: { list: EndlessList }) {
  // Never in place of a refetch: it would be thrown away, and the list count as fresh.
  const more = () => void list.fetchNextPage({ cancelRefetch: false });
  if (list.isFetchNextPageError)
    return (
      <div className="py-6">
        <FailureNotice error={list.error} onRetry={more} />
      </div>
    );
  return <Sentinel hasMore={list.hasNextPage} busy={list.isFetching} onMore={more} />;
}
