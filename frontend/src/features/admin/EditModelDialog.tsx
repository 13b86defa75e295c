import { useLingui } from '@lingui/react/macro';
import type { AdminModel } from '@rendermart/contract';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, Dialog, Select, TextField, focusInvalid, notify } from '../../ui/index.ts';
import { editedOf, lacksOf, modelPatchOf } from './model-draft.ts';
import type { EditedModel, ModelLife } from './model-draft.ts';
import { ModelFields } from './ModelFields.tsx';
import { useModelPatch } from './use-model-patch.ts';

/** Texts, price, and what becomes of a model: its end and its successor. */
export function EditModelDialog({
  model,
  models,
  onClose,
}: {
  model: AdminModel;
  models: readonly AdminModel[];
  onClose: () => void;
}) {
  const { t } = useLingui();
  // `model` follows the server, while what is typed is compared with what the dialog opened with.
  const [opened] = useState(() => editedOf(model));
  const [draft, setDraft] = useState(opened);
  const change = (part: Partial<EditedModel>) => setDraft({ ...draft, ...part });
  const [isTried, setTried] = useState(false);
  const patch = useModelPatch(model.id);
  const { name } = model;
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (lacksOf(draft).size > 0) return focusInvalid(event.currentTarget);
    patch.mutate(modelPatchOf(draft, opened), {
      onSuccess: () => {
        notify({ text: t`${name} was changed` });
        onClose();
      },
    });
  };
  return (
    <Dialog open onOpenChange={onClose} title={t`Change ${name}`} description={model.id}>
      <form noValidate onSubmit={send} className="grid gap-5">
        {patch.error && <FailureNotice error={patch.error} />}
        <ModelFields draft={draft} lacks={isTried ? lacksOf(draft) : new Set()} onChange={change} />
        <LifeFields life={draft} others={models.filter(({ id }) => id !== model.id)} onChange={change} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button type="submit" tone="primary" busy={patch.isPending}>{t`Save`}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function LifeFields({
  life,
  others,
  onChange,
}: {
  life: ModelLife;
  others: readonly AdminModel[];
  onChange: (part: Partial<ModelLife>) => void;
}) {
  const { t } = useLingui();
  const successors = [{ value: '', label: t`None` }, ...others.map(({ id, name }) => ({ value: id, label: name }))];
  return (
    <>
      <Select
        label={t`State`}
        value={life.lifecycle}
        onChange={(lifecycle) => onChange({ lifecycle })}
        choices={[
          { value: 'active', label: t`In use` },
          { value: 'deprecated', label: t`Ending`, description: t`Still works; people are told that it ends.` },
          { value: 'retired', label: t`Retired`, description: t`Refuses new requests; its images stay.` },
        ]}
      />
      {life.lifecycle !== 'active' && (
        <div className="grid items-start gap-5 sm:grid-cols-2">
          <TextField
            label={t`Ends on`}
            type="date"
            value={life.endsOn ?? ''}
            onChange={(event) => onChange({ endsOn: event.target.value || null })}
          />
          <Select
            label={t`Successor`}
            value={life.successorId ?? ''}
            choices={successors}
            onChange={(id) => onChange({ successorId: id || null })}
          />
        </div>
      )}
    </>
  );
}
