import { useLingui } from '@lingui/react/macro';
import type { Collection } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { client } from '../../data/client.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { imagesChanged } from '../../data/queries.ts';
import { Button, TextField, focusInvalid } from '../../ui/index.ts';

/** The name of a collection: of a new one, or another one for `collection`. */
export function CollectionForm({
  collection,
  submit,
  onSaved,
}: {
  collection?: Collection;
  submit: string;
  onSaved: (collection: Collection) => void;
}) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const [name, setName] = useState(collection?.name ?? '');
  const [isMissing, setMissing] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      collection
        ? client.collectionUpdate({ params: { id: collection.id }, body: { name } })
        : client.collectionCreate({ body: { name } }),
    onSuccess: (saved) => {
      imagesChanged();
      onSaved(saved);
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setMissing(name.trim() === '');
    const form = event.currentTarget;
    if (name.trim() !== '') save.mutate(undefined, { onError: () => focusInvalid(form) });
    else focusInvalid(form);
  };
  const error = isMissing ? t`Give it a name.` : save.error ? textOf(save.error) : undefined;
  return (
    <form noValidate onSubmit={send} className="grid gap-4">
      <TextField
        label={t`Name`}
        autoFocus
        maxLength={80}
        value={name}
        onChange={(event) => {
          setName(event.target.value);
          setMissing(false);
          save.reset();
        }}
        error={error}
      />
      <Button type="submit" tone="primary" busy={save.isPending} className="justify-self-end">
        {submit}
      </Button>
    </form>
  );
}
