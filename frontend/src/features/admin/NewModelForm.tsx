import { useLingui } from '@lingui/react/macro';
import type { ModelDownload } from '@rendermart/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isFailure } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFailureText } from '../../data/failure-texts.ts';
import { Button, TextField, focusInvalid, notify } from '../../ui/index.ts';
import { isModelId } from './model-draft.ts';
import { ModelIdField } from './ModelIdField.tsx';
import { downloadsQuery } from './queries.ts';

interface Draft {
  modelId: string;
  name: string;
}

/** What the model will be called here, and the button that begins. */
export function NewModelForm({
  start,
  action,
  disabled = false,
  begin,
  onBegun,
}: {
  start: Draft;
  action: string;
  disabled?: boolean;
  begin: (draft: Draft) => Promise<ModelDownload>;
  onBegun: () => void;
}) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<Draft>({ modelId: start.modelId, name: start.name });
  const [isTried, setTried] = useState(false);
  const lacks = { name: draft.name.trim() === '', modelId: !isModelId(draft.modelId) };
  const send = useMutation({
    mutationFn: () => begin(draft),
    onSuccess: ({ name }) => {
      void queryClient.invalidateQueries({ queryKey: downloadsQuery.queryKey });
      notify({ text: t`${name} is on its way` });
      onBegun();
    },
  });
  const isTaken = isFailure(send.error, 'model_exists');
  return (
    <form
      noValidate
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (lacks.name || lacks.modelId) focusInvalid(event.currentTarget);
        else send.mutate();
      }}
    >
      {send.error && !isTaken && <FailureNotice error={send.error} />}
      <TextField
        label={t`Name`}
        maxLength={80}
        value={draft.name}
        onChange={(event) => setDraft({ ...draft, name: event.target.value })}
        error={isTried && lacks.name ? t`Enter a name.` : undefined}
      />
      <ModelIdField
        value={draft.modelId}
        isLacking={isTried && lacks.modelId}
        takenText={isTaken ? textOf(send.error) : undefined}
        onChange={(modelId) => {
          setDraft({ ...draft, modelId });
          send.reset();
        }}
      />
      <Button type="submit" tone="primary" busy={send.isPending} disabled={disabled} className="justify-self-end">
        {action}
      </Button>
    </form>
  );
}
