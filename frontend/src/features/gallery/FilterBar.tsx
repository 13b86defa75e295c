import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { BadgeCheck, Globe, Heart } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import type { ReactNode } from 'react';
import { useFormat } from '../../data/format.ts';
import { modelsQuery } from '../../data/queries.ts';
import { Button, type FilterChip, FilterButton, FilterChips, SearchField, cx } from '../../ui/index.ts';
import { narrows } from './filters.ts';
import type { Filters } from './filters.ts';

const FilterDialog = lazy(() => import('./FilterDialog.tsx').then((module) => ({ default: module.FilterDialog })));

interface FilterBarProps {
  filters: Filters;
  onChange: (patch: Filters) => void;
  onClear: () => void;
  children?: ReactNode;
}

/** Search, the two filters of every day, and a dialog with the others; what is set shows as chips that can be taken off. */
export function FilterBar({ filters, onChange, onClear, children }: FilterBarProps) {
  const { t } = useLingui();
  const chips = useChips(filters);
  // Null until it is first opened: only then is its code fetched.
  const [isOpen, setOpen] = useState<boolean | null>(null);
  const others = [filters.modelId, filters.from ?? filters.to, filters.favourite, filters.published, filters.origin].filter(
    (value) => value !== undefined,
  ).length;
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <SearchField
          label={t`Search your prompts`}
          value={filters.q ?? ''}
          onChange={(q) => onChange({ q: q || undefined })}
          className="min-w-0 flex-1 basis-40 sm:basis-56"
        />
        <Toggle
          isOn={filters.favourite === true}
          icon={<Heart aria-hidden />}
          onChange={(on) => onChange({ favourite: on || undefined })}
        >{t`Favourites`}</Toggle>
        <Toggle
          isOn={filters.published === true}
          icon={<Globe aria-hidden />}
          onChange={(on) => onChange({ published: on || undefined })}
        >
          {t({ message: 'Published', context: 'filter' })}
        </Toggle>
        <Toggle
          isOn={filters.origin === 'licensed'}
          icon={<BadgeCheck aria-hidden />}
          onChange={(on) => onChange({ origin: on ? 'licensed' : undefined })}
        >{t`Licensed`}</Toggle>
        <FilterButton count={others} onOpen={() => setOpen(true)} />
        {children}
      </div>
      {narrows(filters) && <FilterChips {...{ chips, onChange, onClear }} />}
      {isOpen !== null && (
        <Suspense>
          <FilterDialog open={isOpen} onOpenChange={setOpen} {...{ filters, onChange, onClear }} />
        </Suspense>
      )}
    </div>
  );
}

function Toggle({
  isOn,
  icon,
  onChange,
  children,
}: {
  isOn: boolean;
  icon: ReactNode;
  onChange: (on: boolean) => void;
  children: ReactNode;
}) {
  return (
    <Button
      aria-pressed={isOn}
      onClick={() => onChange(!isOn)}
      icon={icon}
      className={cx('max-lg:hidden [&_svg]:size-[18px]', isOn && 'border-accent-ink! bg-accent-wash text-accent-ink')}
    >
      {children}
    </Button>
  );
}

/** What is set, in words, each with what takes it off. */
function useChips(filters: Filters): FilterChip<Filters>[] {
  const { t } = useLingui();
  const { day } = useFormat();
  const model = useQuery(modelsQuery).data?.find(({ id }) => id === filters.modelId)?.name ?? filters.modelId;
  return [
    [filters.q && t`Contains “${filters.q}”`, { q: undefined }],
    [model, { modelId: undefined }],
    [filters.from && t`From ${day(filters.from)}`, { from: undefined }],
    [filters.to && t`Until ${day(filters.to)}`, { to: undefined }],
    [filters.favourite ? t`Favourites` : undefined, { favourite: undefined }],
    [filters.published ? t({ message: 'Published', context: 'filter' }) : undefined, { published: undefined }],
    [filters.origin && t`Licensed`, { origin: undefined }],
  ];
}
