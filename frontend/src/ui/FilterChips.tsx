import { useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
import { Button } from './Button.tsx';

/** A filter that is set, in words, and the change that takes it off. */
export type FilterChip<Filters> = readonly [text: string | undefined, off: Filters];

interface FilterChipsProps<Filters> {
  /** Those without a text are not set. */
  chips: readonly FilterChip<Filters>[];
  onChange: (patch: Filters) => void;
  onClear: () => void;
}

/** What narrows a list, each to be taken off by itself, or all at once. */
export function FilterChips<Filters>({ chips, onChange, onClear }: FilterChipsProps<Filters>) {
  const { t } = useLingui();
  return (
    <ul aria-label={t`Filters in use`} className="flex flex-wrap items-center gap-2">
      {chips.map(
        ([text, off]) =>
          text && (
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
          ),
      )}
      <li>
        <Button tone="quiet" size="small" onClick={onClear}>{t`Clear all`}</Button>
      </li>
    </ul>
  );
}
