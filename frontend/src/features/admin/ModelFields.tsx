import { useLingui } from '@lingui/react/macro';
import { TextArea, TextField } from '../../ui/index.ts';
import type { ModelDraft, ModelLack } from './model-draft.ts';

/** The fields that a new and an existing model share. */
export function ModelFields({
  draft,
  lacks,
  onChange,
}: {
  draft: ModelDraft;
  lacks: ReadonlySet<ModelLack>;
  onChange: (patch: Partial<ModelDraft>) => void;
}) {
  const { t } = useLingui();
  return (
    <>
      <TextField
        label={t`Name`}
        maxLength={80}
        value={draft.name}
        onChange={(event) => onChange({ name: event.target.value })}
        error={lacks.has('name') ? t`Enter a name.` : undefined}
      />
      <TextArea
        label={t`Description (optional)`}
        hint={t`Helps people to choose.`}
        maxLength={500}
        value={draft.description}
        onChange={(event) => onChange({ description: event.target.value })}
      />
      <TextField
        label={t`Credits per image`}
        inputMode="numeric"
        maxLength={12}
        value={draft.priceCredits}
        onChange={(event) => onChange({ priceCredits: event.target.value.trim() })}
        error={lacks.has('priceCredits') ? t`Enter a whole number, 0 for free.` : undefined}
      />
      <TextArea
        label={t`Options for the engine (JSON)`}
        hint={t`What only this engine knows; usually empty.`}
        rows={2}
        spellCheck={false}
        className="font-mono text-[13px]!"
        value={draft.options}
        onChange={(event) => onChange({ options: event.target.value })}
        error={
          lacks.has('options')
            ? t`This is not a JSON object: it begins and ends with braces. Check commas and quotes too.`
            : undefined
        }
      />
    </>
  );
}
