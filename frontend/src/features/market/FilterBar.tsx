import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { SlidersHorizontal, X } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import type { MarketSearch } from '../../data/market-search.ts';
import { useCredits } from '../../data/credits.ts';
import { useFormat } from '../../data/format.ts';
import { useMarketWords } from '../../data/market-words.ts';
import { modelsQuery } from '../../data/queries.ts';
import { Badge, Button, SearchField, Select } from '../../ui/index.ts';
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
        <Button
          icon={<SlidersHorizontal aria-hidden className="size-[18px]" />}
          aria-haspopup="dialog"
          onPointerEnter={() => void load()}
          onClick={() => setOpen(true)}
        >
          {t`Filters`}
          {count > 0 && <Badge tone="accent">{count}</Badge>}
        </Button>
      </div>
      {countFilters(filters) > 0 && <Chips {...{ filters, onChange, onClear }} />}
      {isOpen !== null && (
        <Suspense>
          <FilterDialog open={isOpen} onOpenChange={setOpen} {...{ filters, onChange, onClear }} />
        </Suspense>
      )}
    </div>
  );
}

function Chips({ filters, onChange, onClear }: FilterProps) {
  const { t } = useLingui();
  const chips = useChips(filters);
  return (
    <ul aria-label={t`Filters in use`} className="flex flex-wrap items-center gap-2">
      {chips.map(([text, off]) => (
        <li key={text}>
          <button
            type="button"
            aria-label={t`Take off: ${text}`}
            onClick={() => onChange(off)}
            className="flex h-8 items-center gap-1.5 rounded-full bg-accent-wash pr-2 pl-3 text-sm font-semibold text-accent-ink hover:ring-1 hover:ring-accent-ink"
          >
            <span className="max-w-56 truncate">{text}</span>
            <X aria-hidden className="size-4" />
          </button>
        </li>
      ))}
      <li>
        <Button tone="quiet" size="small" onClick={onClear}>{t`Clear all`}</Button>
      </li>
    </ul>
  );
}

/** What is set, in words, each with what takes it off. */
function useChips(filters: MarketSearch): [text: string, off: MarketSearch][] {
  const { t } = useLingui();
  const words = useMarketWords();
  const format = useFormat();
  const { credits } = useCredits();
  const model = useQuery(modelsQuery).data?.find(({ id }) => id === filters.modelId)?.name ?? filters.modelId;
  const day = (iso: string) => format.date(`${iso}T12:00`);
  const price = (value: number) => credits(BigInt(value));
  const all: [text: string | undefined, off: MarketSearch][] = [
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
  return all.filter((chip): chip is [string, MarketSearch] => chip[0] !== undefined);
}
