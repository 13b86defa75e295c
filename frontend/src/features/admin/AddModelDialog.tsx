import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { client, isFailure } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFailureText } from '../../data/failure-texts.ts';
import { modelsQuery } from '../../data/queries.ts';
import { Button, Dialog, Select, TextField, focusInvalid, notify } from '../../ui/index.ts';
import { emptyDraft, lacksOf, parseOptions } from './model-draft.ts';
import type { ModelDraft, ModelLack } from './model-draft.ts';
import { ModelFields } from './ModelFields.tsx';
import { ModelIdField } from './ModelIdField.tsx';
import { adminModelsQuery } from './queries.ts';

const none: ReadonlySet<ModelLack> = new Set();

export function AddModelDialog({
  open,
  onOpenChange,
  engines,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  engines: readonly string[];
}) {
  const { t } = useLingui();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t`Add a model`}
      description={t`Its engine is asked what the model can.`}
    >
      <AddModelForm engines={engines} onAdded={() => onOpenChange(false)} />
    </Dialog>
  );
}

function AddModelForm({ engines, onAdded }: { engines: readonly string[]; onAdded: () => void }) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(emptyDraft(engines[0] ?? ''));
  const [isTried, setTried] = useState(false);
  const change = (patch: Partial<ModelDraft>) => setDraft({ ...draft, ...patch });
  const lacks = isTried ? lacksOf(draft) : none;
  const add = useMutation({
    mutationFn: () => client.adminModelCreate({ body: { ...draft, options: parseOptions(draft.options) ?? {} } }),
    onSuccess: ({ name }) => {
      for (const { queryKey } of [adminModelsQuery, modelsQuery]) void queryClient.invalidateQueries({ queryKey });
      notify({ text: t`${name} was added` });
      onAdded();
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    const form = event.currentTarget;
    if (lacksOf(draft).size === 0) add.mutate(undefined, { onError: () => focusInvalid(form) });
    else focusInvalid(form);
  };
  const isTaken = isFailure(add.error, 'model_exists');
  return (
    <form noValidate onSubmit={send} className="grid gap-5">
      {add.error && !isTaken && <FailureNotice error={add.error} />}
      <Select
        label={t`Engine`}
        value={draft.engine}
        choices={engines.map((engine) => ({ value: engine, label: engine }))}
        onChange={(engine) => change({ engine })}
      />
      <TextField
        label={t`Model name at the engine`}
        hint={t`As the engine calls it, such as gpt-image-2.`}
        maxLength={200}
        value={draft.engineModel}
        onChange={(event) => change({ engineModel: event.target.value })}
        error={lacks.has('engineModel') ? t`Enter the engine's name for it.` : undefined}
      />
      <ModelIdField
        value={draft.id}
        isLacking={lacks.has('id')}
        takenText={isTaken ? textOf(add.error) : undefined}
        onChange={(id) => {
          change({ id });
          add.reset();
        }}
      />
      <ModelFields draft={draft} lacks={lacks} onChange={change} />
      <Button type="submit" tone="primary" busy={add.isPending} className="justify-self-end">{t`Add the model`}</Button>
    </form>
  );
}
