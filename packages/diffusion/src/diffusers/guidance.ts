import { stackRows } from '../runtime/tensors.ts';
import type { Numbers } from '../runtime/tensors.ts';
import type { Denoiser } from './denoiser.ts';
import type { Conditioning } from './text.ts';

/** What a drawing is steered by. `against` is absent where the prompt alone counts. */
export interface Guidance {
  scale: number;
  towards: Conditioning;
  against?: Conditioning;
}

/** [rows, …]: what is drawn and what is added to it, as one evaluation sees it. */
export type Predict = (latents: Numbers, timestep: number) => Promise<Float32Array>;

function stackConditioning(first: Conditioning, second: Conditioning): Conditioning {
  const embeddings = stackRows([first.embeddings, second.embeddings]);
  return { embeddings, ...(first.pooled && second.pooled && { pooled: stackRows([first.pooled, second.pooled]) }) };
}

/** Classifier-free guidance (Ho & Salimans, 2207.12598): both texts in one evaluation, then away from the second. */
export function makePredict(denoise: Denoiser, { scale, towards, against }: Guidance): Predict {
  if (against === undefined) return (latents, timestep) => denoise({ latents, timestep, conditioning: towards });
  const conditioning = stackConditioning(against, towards);
  return async (latents, timestep) => {
    const both = await denoise({ latents: stackRows([latents, latents]), timestep, conditioning });
    const size = both.length / 2;
    const guided = new Float32Array(size);
    for (let i = 0; i < size; i++) guided[i] = both[i]! + scale * (both[size + i]! - both[i]!);
    return guided;
  };
}
