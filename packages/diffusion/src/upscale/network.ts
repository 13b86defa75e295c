import { join } from 'node:path';
import { importRuntime, openSession, runFloat } from '../networks.ts';
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
  const runtime = await importRuntime();
  const anySize = { type: 'float32', shape: [null, 4, null, null] } as const;
  const session = await openSession(runtime, path, threads, { small: anySize }, { large: anySize });
  const pass: Pass = {
    scale,
    reach,
    async enlarge({ width, height, data }) {
      const small = new runtime.Tensor('float32', data, [1, 4, height, width]);
      return { width: width * scale, height: height * scale, data: await runFloat(session, { small }, 'large') };
    },
  };
  return { passes: (wanted) => Array.from({ length: passesFor(wanted, scale)! }, () => pass), release: () => session.release() };
}
