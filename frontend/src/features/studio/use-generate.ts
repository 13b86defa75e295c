import type { GenerationInput } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../data/client.ts';
import { rereadPrices, withoutPrice } from '../../data/expected-price.ts';
import { generationChanged, walletChanged } from '../../data/queries.ts';
import { makeKeys } from '../../data/idempotency.ts';

/** Asks for images once, however often the button is pressed while the answer is on its way or lost. */
export function useGenerate() {
  const [keys] = useState(() => makeKeys());
  const generate = useMutation({
    mutationFn: (body: GenerationInput) =>
      keys.send(withoutPrice(body), (idempotencyKey) => client.generationCreate({ body, idempotencyKey })),
    onError: rereadPrices,
    onSuccess: (generation) => {
      generationChanged(generation);
      walletChanged();
    },
  });
  return {
    isPending: generate.isPending,
    error: generate.error,
    // Told to this call and not to the mutation: another page that was opened meanwhile is not scrolled.
    send: (body: GenerationInput, onAsked?: () => void) =>
      generate.mutate(body, {
        onSuccess: () => {
          window.scrollTo({ top: 0 });
          onAsked?.();
        },
      }),
  };
}
