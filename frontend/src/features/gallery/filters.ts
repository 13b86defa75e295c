import { useNavigate, useSearch } from '@tanstack/react-router';
import { paths } from '../../app/paths.ts';

/** What the gallery's address asks for. Absent is any. */
export interface Filters {
  q?: string | undefined;
  modelId?: string | undefined;
  /** Days, both included. */
  from?: string | undefined;
  to?: string | undefined;
  favourite?: true | undefined;
  published?: true | undefined;
  /** `licensed`: only what was bought. */
  origin?: 'licensed' | undefined;
  collectionId?: string | undefined;
}

const none: Filters = {
  q: undefined,
  modelId: undefined,
  from: undefined,
  to: undefined,
  favourite: undefined,
  published: undefined,
  origin: undefined,
};

/** The filters live in the address: a search can be sent to somebody, and the back button undoes it. */
export function useFilters() {
  const search = useSearch({ from: paths.gallery });
  const navigate = useNavigate({ from: paths.gallery });
  const filters: Filters = Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
  // Onto what the address says by then: another change may be under way.
  const change = (patch: Filters) => void navigate({ search: (held) => ({ ...held, ...patch }), replace: true });
  return { filters, change, clear: () => change(none) };
}

/** The collection is the place one is in, not a filter within it. */
export const narrows = ({ collectionId: _, ...filters }: Filters): boolean =>
  Object.values(filters).some((value) => value !== undefined);
