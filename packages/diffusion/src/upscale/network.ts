import { join } from 'node:path';
import { openNetwork } from '../runtime/network.ts';
import { assertSignature } from '../runtime/signature.ts';
import type { Upscaler } from './folder.ts';
import { lanczosPass } from './lanczos.ts';
import { passesFor } from './manifest.ts';
import type { UpscalerManifest } from './manifest.ts';
import type { Pass } from './pass.ts';

/** An upscaler in memory, ready to run. */
export interface LoadedUpscaler {
  /** The passes that enlarge by `scale`, which is one of the manifest's. */
  passes(scale: number): Pass[];
  release(): Promise<void>;
}

type NetworkMethod = Extract<UpscalerManifest['method'], { kind: 'network' }>;

/** Loads an upscaler. Throws `runtime_missing`, or `model_invalid` naming the file that is truncated or of another form. */
export async function loadUpscaler({ folder, manifest }: Upscaler, threads: number): Promise<LoadedUpscaler> {
  const { method } = manifest;
  if (method.kind === 'network') return loadNetwork(join(folder, method.file), method, threads);
  return { passes: (scale) => [lanczosPass(scale, method.lobes)], release: async () => {} };
}

async function loadNetwork(path: string, { scale, reach }: NetworkMethod, threads: number): Promise<LoadedUpscaler> {
  // Tiles are small, and a picture is the same on every machine: the processor.
  const network = await openNetwork('upscaler', path, { threads, providers: ['cpu'] });
  const anySize = { type: 'float32', shape: [null, 4, null, null] } as const;
  try {
    assertSignature(network, { small: anySize }, { large: anySize });
  } catch (error) {
    await network.release();
    throw error;
  }
  const pass: Pass = {
    scale,
    reach,
    async enlarge({ width, height, data }) {
      const small = { data, shape: [1, 4, height, width] };
      return { width: width * scale, height: height * scale, data: (await network.run({ small }, 'large')).data };
    },
  };
  return { passes: (wanted) => Array.from({ length: passesFor(wanted, scale)! }, () => pass), release: () => network.release() };
}
