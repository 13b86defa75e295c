import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { setupQuery } from '../data/queries.ts';

export function useSiteName(): string {
  return useQuery(setupQuery).data?.siteName ?? 'RenderMart';
}

/** Names the page in the tab, in the history, and to screen readers after a change of page. */
export function usePageTitle(title: string): void {
  const siteName = useSiteName();
  useEffect(() => {
    document.title = `${title} · ${siteName}`;
  }, [title, siteName]);
}
