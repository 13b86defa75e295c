import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { Collection } from '@rendermart/contract';
import { client, imageUrl } from '../../data/client.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { imageQuery, imagesChanged, imagesDoubted, queryClient } from '../../data/queries.ts';
import { notify } from '../../ui/index.ts';
import { areImagesLoading, dropImages, patchImages, showPatch } from './images.ts';

const atOnce = 4;

/** Runs an act; a refusal is told, and the lists and images show the truth again. Answers whether it went well. */
function useAttempt() {
  const textOf = useFailureText();
  return async (act: () => Promise<void>): Promise<boolean> => {
    try {
      await act();
      return true;
    } catch (error) {
      notify({ text: textOf(error), tone: 'bad' });
      imagesDoubted();
      return false;
    }
  };
}

/** What can be done with images of one's own. Each shows its effect at once and takes it back when the server refuses. */
export function useImageActions() {
  const { t } = useLingui();
  const attempt = useAttempt();
  const restore = (ids: ReadonlySet<string>) =>
    attempt(async () => {
      await dropFromTrash(ids, () => client.imageRestore({ body: { ids: [...ids] } }));
      notify({
        text: t`${plural(ids.size, { one: '# image is back in your gallery', other: '# images are back in your gallery' })}`,
      });
    });

  return {
    restore,
    favourite: (ids: ReadonlySet<string>, favourite: boolean) =>
      attempt(async () => {
        const wereLoading = areImagesLoading();
        await patchImages(ids, { favourite });
        await inTurn(ids, async (id) =>
          queryClient.setQueryData(imageQuery(id).queryKey, await client.imageUpdate({ params: { id }, body: { favourite } })),
        );
        // A list that came and went meanwhile has taken back what was not saved by then.
        showPatch(stillWanted(ids, favourite), { favourite });
        // What was cut off is still wanted, and what set out meanwhile may not know of the change.
        if (wereLoading || areImagesLoading()) imagesChanged();
        else void queryClient.invalidateQueries({ queryKey: ['images'], refetchType: 'none' });
      }),
    trash: (ids: ReadonlySet<string>) =>
      attempt(async () => {
        await dropImages(ids);
        await client.imageTrash({ body: { ids: [...ids] } });
        imagesChanged();
        const text = t`${plural(ids.size, { one: '# image moved to the trash', other: '# images moved to the trash' })}`;
        notify({ text, action: { label: t`Undo`, run: () => void restore(ids) } });
      }),
    purge: (ids: ReadonlySet<string>) =>
      attempt(async () => {
        await dropFromTrash(ids, () => client.imagePurge({ body: { ids: [...ids] } }));
        notify({ text: t`${plural(ids.size, { one: '# image deleted for good', other: '# images deleted for good' })}` });
      }),
    emptyTrash: () =>
      attempt(async () => {
        await purgeEverything();
        notify({ text: t`The trash is empty` });
      }),
    putInto: ({ id, name }: Collection, ids: ReadonlySet<string>) =>
      attempt(async () => {
        const { changed } = await client.collectionAdd({ params: { id }, body: { ids: [...ids] } });
        imagesChanged();
        notify({
          text:
            changed > 0
              ? t`${plural(changed, { one: `# image added to ${name}`, other: `# images added to ${name}` })}`
              : t`Already in ${name}`,
        });
      }),
    takeOutOf: ({ id, name }: Collection, ids: ReadonlySet<string>) =>
      attempt(async () => {
        await client.collectionRemove({ params: { id }, body: { ids: [...ids] } });
        imagesChanged();
        notify({ text: t`${plural(ids.size, { one: `# image taken out of ${name}`, other: `# images taken out of ${name}` })}` });
      }),
    download: (ids: ReadonlySet<string>) =>
      attempt(async () => {
        const [first] = ids;
        save(ids.size === 1 ? imageUrl.download(first!) : (await client.archiveCreate({ body: { ids: [...ids] } })).path);
      }),
  };
}

async function dropFromTrash(ids: ReadonlySet<string>, act: () => Promise<unknown>): Promise<void> {
  await dropImages(ids);
  await act();
  imagesChanged();
}

/** The trash has no end in sight from here, so it is emptied page by page. */
async function purgeEverything(): Promise<void> {
  for (;;) {
    const { items } = await client.imageList({ query: { trashed: true, limit: 100 } });
    if (items.length === 0) break;
    await client.imagePurge({ body: { ids: items.map((image) => image.id) } });
  }
  imagesChanged();
}

/** Those on which nobody has changed their mind meanwhile: each holds its answer, and a newer click over it. */
const stillWanted = (ids: ReadonlySet<string>, favourite: boolean): Set<string> =>
  new Set([...ids].filter((id) => queryClient.getQueryData(imageQuery(id).queryKey)?.favourite === favourite));

/** A few at a time: a browser keeps six connections to one server, and the page needs some itself. */
async function inTurn(ids: ReadonlySet<string>, act: (id: string) => Promise<unknown>): Promise<void> {
  const waiting = ids.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const id of waiting) await act(id);
    }),
  );
}

/** The server answers with an attachment: the page stays where it is. */
function save(path: string): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = '';
  link.click();
}
