import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Runtime from 'onnxruntime-node';
import { DiffusionError } from '../failure.ts';

export type OnnxRuntime = typeof Runtime;

/** Execution providers of onnxruntime that can be asked for. */
export const executionProviders = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const;
/** What runs networks: the processor or a kind of graphics card, as onnxruntime names it. */
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

/** A provider as onnxruntime lists it: part of its library, or to be found in a library of its own. */
export interface BuiltProvider {
  name: string;
  bundled: boolean;
}

/** CUDA's library is a download that many installations leave out; trying without it prints a page of complaints. */
function hasLibrary(name: string): boolean {
  const binaries = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')), '../bin/napi-v6');
  const file = process.platform === 'win32' ? `onnxruntime_providers_${name}.dll` : `libonnxruntime_providers_${name}.so`;
  return existsSync(join(binaries, process.platform, process.arch, file));
}

/** Those of the wanted providers that this installation of onnxruntime has, in order, the processor last. */
export function usableProviders(
  wanted: readonly ExecutionProvider[],
  built: readonly BuiltProvider[],
  isInstalled: (name: string) => boolean = hasLibrary,
): ExecutionProvider[] {
  const usable = (wish: ExecutionProvider) => built.some(({ name, bundled }) => name === wish && (bundled || isInstalled(name)));
  return [...wanted.filter((provider) => provider !== 'cpu' && usable(provider)), 'cpu'];
}
