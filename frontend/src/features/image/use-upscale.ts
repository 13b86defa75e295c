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
      keys.send({ imageId, ...withoutPrice(body) }, (idempotencyKey) =>
        client.imageUpscale({ params: { id: imageId }, body, idempotencyKey }),
      ),
    onError: rereadPrices,
    onSuccess: (generation) => {
      generationChanged(generation);
      walletChanged();
    },
  });
}
