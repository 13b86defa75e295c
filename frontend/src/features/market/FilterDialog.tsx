import { useLingui } from '@lingui/react/macro';
import { listingColours, orientations } from '@rendermart/contract';
import type { LicenceKind, Listing } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useId, useState } from 'react';
import type { MarketSearch } from '../../data/market-search.ts';
import { parseAmount } from '../../data/credits.ts';
import { useMarketWords } from '../../data/market-words.ts';
import { modelsQuery } from '../../data/queries.ts';
import { Button, DayField, Dialog, Select, TextField, Tooltip } from '../../ui/index.ts';
import type { FilterProps } from './FilterBar.tsx';
import { countFilters } from './filters.ts';

const licences: readonly LicenceKind[] = ['personal', 'commercial', 'exclusive'];

/** Every filter, each at work as soon as it is set. */
export function FilterDialog({
  open,
  onOpenChange,
  filters,
  onChange,
  onClear,
}: FilterProps & { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useLingui();
  const words = useMarketWords();
  const models = useQuery({ ...modelsQuery, enabled: open }).data ?? [];
  const modelChoices = [{ value: '', label: t`Any model` }, ...models.map(({ id, name }) => ({ value: id, label: name }))];
  // A model that is switched off by now may still have drawn what is looked for.
  if (filters.modelId && !models.some(({ id }) => id === filters.modelId))
    modelChoices.push({ value: filters.modelId, label: filters.modelId });
  const licenceChoices = [
    { value: '', label: t`Any licence` },
    ...licences.map((kind) => ({ value: kind, label: words.licence(kind) })),
  ] as { value: LicenceKind | ''; label: string }[];
  const shapeChoices = [
    { value: '', label: t`Any shape` },
    ...orientations.map((shape) => ({ value: shape, label: words.shape(shape) })),
  ] as { value: Listing['orientation'] | ''; label: string }[];
  return (
    <Dialog
      shape="sheet"
      title={t`Filters`}
      open={open}
      onOpenChange={onOpenChange}
      actions={
        <>
          <Button disabled={countFilters(filters) === 0} onClick={onClear}>{t`Clear all`}</Button>
          <Button tone="primary" onClick={() => onOpenChange(false)}>{t`Show the images`}</Button>
        </>
      }
    >
      <div className="grid gap-5 pt-1">
        <div className="grid grid-cols-2 gap-3">
          <PriceField label={t`Price from`} value={filters.minPrice} onChange={(minPrice) => onChange({ minPrice })} />
          <PriceField label={t`Price up to`} value={filters.maxPrice} onChange={(maxPrice) => onChange({ maxPrice })} />
        </div>
        <Select
          label={t`Licence`}
          value={filters.licence ?? ''}
          choices={licenceChoices}
          onChange={(licence) => onChange({ licence: licence || undefined })}
        />
        <Select
          label={t`Model`}
          value={filters.modelId ?? ''}
          choices={modelChoices}
          onChange={(modelId) => onChange({ modelId: modelId || undefined })}
        />
        <Select
          label={t`Shape`}
          value={filters.orientation ?? ''}
          choices={shapeChoices}
          onChange={(orientation) => onChange({ orientation: orientation || undefined })}
        />
        <ColourField value={filters.colour} onChange={(colour) => onChange({ colour })} />
        <DayFields filters={filters} onChange={onChange} />
      </div>
    </Dialog>
  );
}

function DayFields({ filters, onChange }: Omit<FilterProps, 'onClear'>) {
  const { t } = useLingui();
  return (
    <div className="grid grid-cols-2 gap-3">
      <DayField
        label={t`From`}
        max={filters.to}
        value={filters.from ?? ''}
        onChange={(from) => onChange({ from: from || undefined })}
      />
      <DayField
        label={t`Until`}
        min={filters.from}
        value={filters.to ?? ''}
        onChange={(to) => onChange({ to: to || undefined })}
      />
    </div>
  );
}

/** Keeps what is being typed, and tells only whole prices. */
function PriceField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}) {
  const { t } = useLingui();
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? (value === undefined ? '' : String(value));
  const isBad = shown.trim() !== '' && parseAmount(shown) === null;
  const type = (next: string) => {
    setText(next);
    const amount = parseAmount(next);
    if (next.trim() === '') onChange(undefined);
    else if (amount !== null) onChange(Number(amount));
  };
  return (
    <TextField
      label={label}
      inputMode="numeric"
      maxLength={12}
      value={shown}
      onChange={(event) => type(event.target.value)}
      onBlur={() => setText(null)}
      error={isBad ? t`Enter a whole number.` : undefined}
    />
  );
}

const swatches: Record<Listing['colours'][number], string> = {
  red: '#d92d20',
  orange: '#f2820d',
  yellow: '#f5d327',
  green: '#259b48',
  blue: '#2456d6',
  purple: '#7b3bcc',
  pink: '#f27ab4',
  brown: '#754920',
  black: '#111111',
  grey: '#8b8f96',
  white: '#ffffff',
};

function ColourField({ value, onChange }: { value: MarketSearch['colour']; onChange: (value: MarketSearch['colour']) => void }) {
  const { t } = useLingui();
  const words = useMarketWords();
  const name = useId();
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 text-sm font-semibold">{t`Colour`}</legend>
      <div className="flex flex-wrap gap-2">
        {listingColours.map((colour) => (
          <Tooltip key={colour} label={words.colour(colour)}>
            <label
              className="relative grid size-9 cursor-pointer place-items-center rounded-full border border-line-strong has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent-ink"
              style={{ background: swatches[colour] }}
            >
              <input
                type="checkbox"
                name={name}
                aria-label={words.colour(colour)}
                checked={value === colour}
                onChange={() => onChange(value === colour ? undefined : colour)}
                className="absolute inset-0 cursor-pointer opacity-0"
              />
              {value === colour && (
                <Check aria-hidden className="size-5 rounded-full bg-black/65 p-0.5 text-white" strokeWidth={3} />
              )}
            </label>
          </Tooltip>
        ))}
      </div>
    </fieldset>
  );
}
