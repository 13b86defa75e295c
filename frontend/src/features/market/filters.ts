import { useNavigate, useSearch } from '@tanstack/react-router';
import type { MarketSearch } from '../../data/market-search.ts';
import { paths } from '../../app/paths.ts';

/** The filters live in the address: a search can be sent to somebody, and the back button brings it back. */
export function useFilters() {
  const search = useSearch({ from: paths.market });
  const navigate = useNavigate({ from: paths.market });
  const filters: MarketSearch = Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
  // Onto what the address says by then: another change may be under way.
  const change = (patch: MarketSearch) => void navigate({ search: (held) => ({ ...held, ...patch }), replace: true });
  const clear = () => void navigate({ search: ({ sort }) => ({ sort }), replace: true });
  return { filters, change, clear };
}

/** The order shows everything; only the others leave something out. */
export function countFilters({ sort: _, ...filters }: MarketSearch): number {
  return Object.values(filters).filter((value) => value !== undefined).length;
}
