import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { client } from '../../data/client.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { imagesChanged } from '../../data/queries.ts';
import { notify } from '../../ui/index.ts';
import { sourceOf } from './settings.ts';
import type { Studio } from './use-studio.ts';

/**
 * Sends a picture to draw from. It belongs to the page: on a phone the settings may be closed while it is on its way.
 * The field tells of a failure; where the field is not shown, a notice does.
 */
export function useSourceUpload({ change }: Studio, isFieldShown: boolean) {
  const textOf = useFailureText();
  const isTold = useRef(false);
  useEffect(() => {
    isTold.current = isFieldShown;
    return () => {
      isTold.current = false;
    };
  }, [isFieldShown]);
  const upload = useMutation({
    mutationFn: (file: File) => client.imageUpload({ body: file }),
    onSuccess: () => imagesChanged(),
    onError: (error) => {
      if (!isTold.current) notify({ text: textOf(error), tone: 'bad' });
    },
  });
  return {
    isPending: upload.isPending,
    error: upload.error,
    // Told to this call and not to the mutation: a later picture, or `giveUp`, and nobody hears the answer any more.
    send: (file: File) => upload.mutate(file, { onSuccess: (image) => change({ source: sourceOf(image) }) }),
    /** Another picture was chosen meanwhile, or none: what is on its way goes to the gallery only. */
    giveUp: upload.reset,
  };
}
export type SourceUpload = ReturnType<typeof useSourceUpload>;
