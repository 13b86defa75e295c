import type { UpscaleInput } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../data/client.ts';
import { rereadPrices, withoutPrice } from '../../data/expected-price.ts';
import { makeKeys } from '../../data/idempotency.ts';
import { generationChanged, walletChanged } from '../../data/queries.ts';

/** Asks for a larger copy once, however often the button is pressed while the answer is on its way or lost. */
export function useUpscale(imageId: string) {
  const [keys] = useState(() => makeKeys());
  return useMutation({
    mutationFn: (body: UpscaleInput) =>
      client.imageUpscale({ params: { id: imageId }, body, idempotencyKey: keys.keyFor({ imageId, ...withoutPrice(body) }) }),
    onError: rereadPrices,
    onSuccess: (generation) => {
      keys.answered();
      generationChanged(generation);
      walletChanged();
    },
  });
}
