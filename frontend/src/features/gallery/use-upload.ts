import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useEffect, useRef, useState } from 'react';
import { client } from '../../data/client.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { imagesChanged } from '../../data/queries.ts';
import { notify } from '../../ui/index.ts';

export const acceptedTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/avif'];

export interface Upload {
  key: number;
  name: string;
  state: 'waiting' | 'sending' | 'failed';
  /** Why it failed and what to do. */
  reason?: string;
}

/**
 * Sends pictures one after the other, also when the page was left meanwhile; `isHere` says whether it was not. What arrived
 * goes to the gallery; what did not stays on the list with its reason.
 */
export function useUpload(onArrived: (images: Image[], isHere: boolean) => void) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const nextKey = useRef(1);
  const isHere = useIsHere();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const change = (key: number, patch: Partial<Upload>) =>
    setUploads((held) => held.map((upload) => (upload.key === key ? { ...upload, ...patch } : upload)));
  const remove = (key: number) => setUploads((held) => held.filter((upload) => upload.key !== key));

  async function sendOne(file: File, key: number): Promise<Image | undefined> {
    if (!acceptedTypes.includes(file.type)) {
      change(key, { state: 'failed', reason: t`This is not a picture that can be used. Choose PNG, JPEG, WebP or AVIF.` });
      return undefined;
    }
    change(key, { state: 'sending' });
    try {
      const image = await client.imageUpload({ body: file, mediaType: file.type });
      remove(key);
      return image;
    } catch (error) {
      change(key, { state: 'failed', reason: textOf(error) });
      return undefined;
    }
  }

  async function send(files: readonly File[]): Promise<void> {
    const queue = files.map((file) => ({ file, key: nextKey.current++ }));
    setUploads((held) => [...held, ...queue.map(({ file, key }): Upload => ({ key, name: file.name, state: 'waiting' }))]);
    const arrived: Image[] = [];
    for (const { file, key } of queue) {
      const image = await sendOne(file, key);
      if (image) arrived.push(image);
    }
    if (!isHere.current) tellFailed(queue.length - arrived.length);
    if (arrived.length === 0) return;
    imagesChanged();
    notify({
      text: t`${plural(arrived.length, { one: '# picture is in your gallery', other: '# pictures are in your gallery' })}`,
    });
    onArrived(arrived, isHere.current);
  }

  /** The list with the reasons went with the page. */
  function tellFailed(count: number): void {
    if (count === 0) return;
    const text = t`${plural(count, { one: '# picture was not uploaded. Upload it again in the gallery.', other: '# pictures were not uploaded. Upload them again in the gallery.' })}`;
    notify({ text, tone: 'bad' });
  }

  return {
    uploads,
    send: (files: readonly File[]) => void send(files),
    dismiss: () => setUploads((held) => held.filter(({ state }) => state !== 'failed')),
  };
}

function useIsHere() {
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return isHere;
}
