import { Trans, useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { RotateCcw } from 'lucide-react';
import { client } from '../../data/client.ts';
import { imagesChanged } from '../../data/queries.ts';
import { Button } from '../../ui/index.ts';
import { useImageAct } from './use-image-act.ts';

export function TrashedNotice({ image }: { image: Image }) {
  const { t } = useLingui();
  const restore = useImageAct(image, async () => {
    await client.imageRestore({ body: { ids: [image.id] } });
    imagesChanged();
    return { ...image, trashedAt: null };
  });
  return (
    <div role="note" className="grid gap-3 rounded-2xl bg-warn-wash p-4 text-warn">
      <p>
        <Trans>This image is in the trash and will be deleted for good after a while.</Trans>
      </p>
      <Button
        size="small"
        className="justify-self-start"
        icon={<RotateCcw aria-hidden className="size-4" />}
        busy={restore.isPending}
        onClick={() => restore.mutate()}
      >{t`Restore`}</Button>
    </div>
  );
}
