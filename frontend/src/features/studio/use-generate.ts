import type { GenerationInput } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../data/client.ts';
import { generationChanged, walletChanged } from '../../data/queries.ts';
import { makeKeys } from '../../data/idempotency.ts';

/** Asks for images once, however often the button is pressed while the answer is on its way or lost. */
export function useGenerate() {
  const [keys] = useState(() => makeKeys());
  return useMutation({
    mutationFn: (body: GenerationInput) => client.generationCreate({ body, idempotencyKey: keys.keyFor(body) }),
    onSuccess: (generation) => {
      keys.answered();
      generationChanged(generation);
      walletChanged();
      window.scrollTo({ top: 0 });
    },
  });
}
