import type { Image } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { useFailureText } from '../../data/failure-texts.ts';
import { imageChanged, imageQuery, queryClient } from '../../data/queries.ts';
import { notify } from '../../ui/index.ts';

/** Changes an image; `foresee` shows the result at once and takes it back if the server refuses. */
export function useImageAct<Input = void>(
  image: Image,
  act: (input: Input) => Promise<Image>,
  foresee?: (input: Input) => Partial<Image>,
) {
  const textOf = useFailureText();
  const { queryKey } = imageQuery(image.id);
  return useMutation({
    mutationFn: act,
    // What it was before is kept here: by the time of a refusal, `image` is the foreseen one.
    onMutate: (input) => {
      const before = queryClient.getQueryData(queryKey);
      if (foresee) queryClient.setQueryData(queryKey, { ...image, ...foresee(input) });
      return before;
    },
    onSuccess: imageChanged,
    onError: (error, _input, before) => {
      if (before) queryClient.setQueryData(queryKey, before);
      void queryClient.invalidateQueries({ queryKey });
      notify({ text: textOf(error), tone: 'bad' });
    },
  });
}
