import { useLingui } from '@lingui/react/macro';
import type { Collection } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { client } from '../../data/client.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { imagesChanged } from '../../data/queries.ts';
import { ConfirmDialog, Dialog, IconButton, Menu, MenuItem, notify } from '../../ui/index.ts';
import { CollectionForm } from './CollectionForm.tsx';

/** Rename and delete. `trigger` replaces the three dots. */
export function CollectionMenu({
  collection,
  trigger,
  onDeleted,
}: {
  collection: Collection;
  trigger?: ReactElement;
  onDeleted?: () => void;
}) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const [open, setOpen] = useState<'rename' | 'delete' | null>(null);
  const { name } = collection;
  const close = () => setOpen(null);
  const remove = useMutation({
    mutationFn: () => client.collectionDelete({ params: { id: collection.id } }),
    onSuccess: () => {
      onDeleted?.();
      imagesChanged();
      notify({ text: t`${name} was deleted. Its images are still in your gallery.` });
    },
    onError: (error) => notify({ text: textOf(error), tone: 'bad' }),
    onSettled: close,
  });
  return (
    <>
      <Menu trigger={trigger ?? <IconButton label={t`More about ${name}`} icon={<Ellipsis aria-hidden />} />}>
        <MenuItem icon={<Pencil aria-hidden />} onClick={() => setOpen('rename')}>{t`Rename`}</MenuItem>
        <MenuItem danger icon={<Trash2 aria-hidden />} onClick={() => setOpen('delete')}>{t`Delete the collection`}</MenuItem>
      </Menu>
      <Dialog title={t`Rename ${name}`} open={open === 'rename'} onOpenChange={close}>
        <CollectionForm collection={collection} submit={t`Rename`} onSaved={close} />
      </Dialog>
      <ConfirmDialog
        title={t`Delete ${name}?`}
        description={t`Only the collection goes. Its images stay in your gallery.`}
        action={t`Delete the collection`}
        busy={remove.isPending}
        open={open === 'delete'}
        onOpenChange={close}
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}
