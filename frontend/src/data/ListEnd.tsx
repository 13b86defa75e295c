import { Sentinel } from '../ui/index.ts';
import { FailureNotice } from './FailureNotice.tsx';

export interface EndlessList {
  error: unknown;
  isFetchNextPageError: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** The end of an endless list. A page that failed is asked for again only by hand: the end is in view, so it would never stop. */
export function ListEnd({ list }: { list: EndlessList }) {
  const more = () => void list.fetchNextPage();
  if (list.isFetchNextPageError)
    return (
      <div className="py-6">
        <FailureNotice error={list.error} onRetry={more} />
      </div>
    );
  return <Sentinel hasMore={list.hasNextPage} busy={list.isFetchingNextPage} onMore={more} />;
}
