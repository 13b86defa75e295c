import type * as Runtime from 'onnxruntime-node';
import { DiffusionError } from '../failure.ts';

export type OnnxRuntime = typeof Runtime;

/** Execution providers of onnxruntime that can be asked for. */
export const executionProviders = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const;
export type ExecutionProvider = (typeof executionProviders)[number];

/** How networks are run. */
export interface RuntimeSettings {
  /** Threads of one network evaluation on the processor. */
  threads: number;
  /** Providers to try, best first; the processor is always the last resort. */
  providers: readonly ExecutionProvider[];
}

/** Loads onnxruntime. Throws `runtime_missing` where its native library cannot be loaded. */
export async function importRuntime(): Promise<OnnxRuntime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    const message =
      'onnxruntime-node cannot be loaded on this machine. Run npm install again; platforms: linux, macOS and Windows on x64 or arm64 with glibc.';
    throw new DiffusionError('runtime_missing', `${message} (${error instanceof Error ? error.message : String(error)})`, error);
  }
}

/**
 * What is tried when nobody chose: graphics cards first. WebGPU is left out on Linux, where a machine without a card
 * offers a software renderer under that name, which is slower than the processor.
 */
export function automaticProviders(platform: NodeJS.Platform = process.platform): ExecutionProvider[] {
  return executionProviders.filter((provider) => provider !== 'webgpu' || platform !== 'linux');
}

/** Those of the wanted providers that this build of onnxruntime has, in order, the processor last. */
export function usableProviders(wanted: readonly ExecutionProvider[], built: readonly { name: string }[]): ExecutionProvider[] {
  const present = wanted.filter((provider) => provider !== 'cpu' && built.some(({ name }) => name === provider));
  return [...present, 'cpu'];
}
