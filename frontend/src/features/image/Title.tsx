import { Trans, useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { client } from '../../data/client.ts';
import { useFormat } from '../../data/format.ts';
import { Button, TextField, cx } from '../../ui/index.ts';
import { OwnerActs } from './Acts.tsx';
import { useImageAct } from './use-image-act.ts';

/** The title, or the prompt while there is none; its owner can change it in place. */
export function Title({ image }: { image: Image }) {
  const { t } = useLingui();
  const format = useFormat();
  const [draft, setDraft] = useState<string | null>(null);
  const save = useImageAct(image, (title: string) =>
    client.imageUpdate({ params: { id: image.id }, body: { title: title.trim() || null } }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(draft ?? '', { onSuccess: () => setDraft(null) });
  };
  if (draft !== null) {
    return (
      <form
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setDraft(null);
        }}
        className="grid gap-2"
      >
        <TextField
          label={t`Title`}
          value={draft}
          maxLength={120}
          autoFocus
          hint={t`Leave it empty to show the prompt.`}
          onChange={(event) => setDraft(event.target.value)}
        />
        <div className="flex gap-2">
          <Button type="submit" tone="primary" size="small" busy={save.isPending}>{t`Save`}</Button>
          <Button size="small" onClick={() => setDraft(null)}>{t`Cancel`}</Button>
        </div>
      </form>
    );
  }
  const name = image.title ?? (image.prompt || t`Untitled`);
  return (
    <header className="grid gap-1">
      <div className="flex min-h-11 items-center justify-between gap-3">
        <p className="text-sm text-muted">
          {image.mine ? (
            format.dateTime(image.createdAt)
          ) : (
            <Trans>
              by {image.owner.name}, {format.date(image.publishedAt ?? image.createdAt)}
            </Trans>
          )}
        </p>
        <OwnerActs image={image} onRename={() => setDraft(image.title ?? '')} />
      </div>
      <h1 className={cx('font-semibold tracking-tight break-words', name.length > 60 ? 'text-lg/6' : 'text-2xl/8')}>{name}</h1>
    </header>
  );
}
