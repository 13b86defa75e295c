import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { modelsQuery } from '../../data/queries.ts';
import { Button, DayField, Dialog, Select, Switch } from '../../ui/index.ts';
import type { Filters } from './filters.ts';
import { narrows } from './filters.ts';

interface FilterDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  filters: Filters;
  onChange: (patch: Filters) => void;
  onClear: () => void;
}

/** Every filter, each at work as soon as it is set. */
export function FilterDialog({ open, onOpenChange, filters, onChange, onClear }: FilterDialogProps) {
  const { t } = useLingui();
  const models = useQuery({ ...modelsQuery, enabled: open }).data ?? [];
  const choices = [{ value: '', label: t`Any model` }, ...models.map(({ id, name }) => ({ value: id, label: name }))];
  // A model that is switched off by now may still have drawn what is looked for.
  if (filters.modelId && !models.some(({ id }) => id === filters.modelId))
    choices.push({ value: filters.modelId, label: filters.modelId });
  return (
    <Dialog
      shape="sheet"
      title={t`Filters`}
      open={open}
      onOpenChange={onOpenChange}
      actions={
        <>
          <Button disabled={!narrows(filters)} onClick={onClear}>{t`Clear all`}</Button>
          <Button tone="primary" onClick={() => onOpenChange(false)}>{t`Show the images`}</Button>
        </>
      }
    >
      <div className="grid gap-5 pt-1">
        <Select
          label={t`Model`}
          value={filters.modelId ?? ''}
          choices={choices}
          onChange={(modelId) => onChange({ modelId: modelId || undefined })}
        />
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
        <Switch
          label={t`Only favourites`}
          checked={filters.favourite === true}
          onChange={(on) => onChange({ favourite: on || undefined })}
        />
        <Switch
          label={t`Only published`}
          hint={t`What others can see in Explore`}
          checked={filters.published === true}
          onChange={(on) => onChange({ published: on || undefined })}
        />
        <Switch
          label={t`Only licensed`}
          hint={t`What you have bought from others`}
          checked={filters.origin === 'licensed'}
          onChange={(on) => onChange({ origin: on ? 'licensed' : undefined })}
        />
      </div>
    </Dialog>
  );
}
