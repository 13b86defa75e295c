import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Suspense, lazy, useState } from 'react';
import type { MarketSearch } from '../../data/market-search.ts';
import { useCredits } from '../../data/credits.ts';
import { useFormat } from '../../data/format.ts';
import { useMarketWords } from '../../data/market-words.ts';
import { modelsQuery } from '../../data/queries.ts';
import { type FilterChip, FilterButton, FilterChips, SearchField, Select } from '../../ui/index.ts';
import { countFilters } from './filters.ts';

const load = () => import('./FilterDialog.tsx');
const FilterDialog = lazy(() => load().then((module) => ({ default: module.FilterDialog })));

export interface FilterProps {
  filters: MarketSearch;
  onChange: (patch: MarketSearch) => void;
  onClear: () => void;
}

/** Search, order, and a dialog with the filters; what is set shows as chips that can be taken off. */
export function FilterBar({ filters, onChange, onClear }: FilterProps) {
  const { t } = useLingui();
  const chips = useChips(filters);
  // Null until the first opening: only then is the dialog's code fetched.
  const [isOpen, setOpen] = useState<boolean | null>(null);
  const count = countFilters({ ...filters, q: undefined });
  const orders = [
    { value: 'newest', label: t`Newest` },
    { value: 'liked', label: t`Most liked` },
    { value: 'cheapest', label: t`Cheapest first` },
    { value: 'dearest', label: t`Dearest first` },
  ] as const;
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <SearchField
          label={t`Search the market`}
          value={filters.q ?? ''}
          onChange={(q) => onChange({ q: q || undefined })}
          className="min-w-0 flex-1 basis-56"
        />
        <Select
          label={t`Order`}
          hideLabel
          value={filters.sort ?? 'newest'}
          choices={orders}
          onChange={(sort) => onChange({ sort: sort === 'newest' ? undefined : sort })}
          className="w-44 max-sm:flex-1"
        />
        <FilterButton count={count} onOpen={() => setOpen(true)} onPointerEnter={() => void load()} />
      </div>
      {countFilters(filters) > 0 && <FilterChips {...{ chips, onChange, onClear }} />}
      {isOpen !== null && (
        <Suspense>
          <FilterDialog open={isOpen} onOpenChange={setOpen} {...{ filters, onChange, onClear }} />
        </Suspense>
      )}
    </div>
  );
}

/** What is set, in words, each with what takes it off. */
function useChips(filters: MarketSearch): FilterChip<MarketSearch>[] {
  const { t } = useLingui();
  const words = useMarketWords();
  const { day } = useFormat();
  const { credits } = useCredits();
  const model = useQuery(modelsQuery).data?.find(({ id }) => id === filters.modelId)?.name ?? filters.modelId;
  const price = (value: number) => credits(BigInt(value));
  return [
    [filters.q && t`Contains “${filters.q}”`, { q: undefined }],
    [filters.minPrice === undefined ? undefined : t`At least ${price(filters.minPrice)}`, { minPrice: undefined }],
    [filters.maxPrice === undefined ? undefined : t`At most ${price(filters.maxPrice)}`, { maxPrice: undefined }],
    [filters.licence && words.licence(filters.licence), { licence: undefined }],
    [model, { modelId: undefined }],
    [filters.orientation && words.shape(filters.orientation), { orientation: undefined }],
    [filters.colour && words.colour(filters.colour), { colour: undefined }],
    [filters.from && t`From ${day(filters.from)}`, { from: undefined }],
    [filters.to && t`Until ${day(filters.to)}`, { to: undefined }],
  ];
}
