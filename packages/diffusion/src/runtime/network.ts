import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { DiffusionError } from '../failure.ts';
import { notePart } from './stopwatch.ts';
import { importRuntime, usableProviders } from './runtime.ts';
import type { ExecutionProvider, OnnxRuntime, RuntimeSettings } from './runtime.ts';
import { fromTensor, toTensor } from './tensors.ts';
import type { Numbers } from './tensors.ts';

/** An input or output of a network. A string in the shape is a dimension that fits any number. */
export interface Port {
  name: string;
  type: Tensor.Type;
  shape: readonly (number | string)[];
}

/** A network in memory. Numbers go in and out as float32, whatever the network stores. */
export interface Network {
  readonly path: string;
  readonly provider: ExecutionProvider;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Evaluates. Feeds that the network does not have are left out. Throws `inference_failed` naming the file. */
  run(feeds: Record<string, Numbers>, output: string): Promise<Numbers>;
  runMany(feeds: Record<string, Numbers>, outputs: readonly string[]): Promise<Numbers[]>;
  release(): Promise<void>;
}

// Threads that spin while they wait took 4 times the processor time, and under load 2 to 3 times as long, as threads that
// sleep (1,212 against 293 ms of processor time for 120 steps on 2 cores): a server shares its cores with other work.
const sleepingThreads = { session: { intra_op: { allow_spinning: '0' } } };

/** Providers that failed in this process: each would print the same long complaint for every network. */
const broken = new Set<ExecutionProvider>();

let evaluatingMs = 0;

/** How long networks were evaluated in this process so far: what is left of a drawing's time is this library's own. */
export const evaluationMs = (): number => evaluatingMs;

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function portsOf(path: string, found: readonly InferenceSession.ValueMetadata[]): Port[] {
  return found.map((value) => {
    if (!value.isTensor) throw new DiffusionError('model_invalid', `${path} wants no tensor for "${value.name}"`);
    return { name: value.name, type: value.type, shape: value.shape };
  });
}

/** Where a network lies, or that and what is to be read as if it stood at the end of the file. */
export type NetworkFile = string | { path: string; addition: Uint8Array };

const pathOf = (file: NetworkFile) => (typeof file === 'string' ? file : file.path);

/** The bytes of both in memory of their own, which a small Buffer would share with others. */
async function bytesOf({ path, addition }: Exclude<NetworkFile, string>): Promise<Uint8Array<ArrayBuffer>> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const bytes = new Uint8Array(size + addition.length);
  for (let at = 0; at < size;) {
    const { bytesRead } = await file.read(bytes, at, size - at, at);
    if (bytesRead === 0) throw new Error('it became shorter while it was read');
    at += bytesRead;
  }
  bytes.set(addition, size);
  return bytes;
}

async function openAdded(
  runtime: OnnxRuntime,
  file: Exclude<NetworkFile, string>,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  const bytes = await bytesOf(file);
  const beside = { model_external_initializers_file_folder_path: dirname(file.path) };
  try {
    return await runtime.InferenceSession.create(bytes, {
      ...options,
      extra: { session: { ...sleepingThreads.session, ...beside } },
    });
  } finally {
    // The session has its own copy of the weights. Given back now, not when the collector comes by: it is a gigabyte.
    bytes.buffer.transfer(0);
  }
}

async function openOn(runtime: OnnxRuntime, file: NetworkFile, provider: ExecutionProvider, threads: number) {
  const options: InferenceSession.SessionOptions = {
    ...(provider !== 'cpu' && { executionProviders: [provider] }),
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    extra: sleepingThreads,
  };
  return typeof file === 'string' ? runtime.InferenceSession.create(file, options) : openAdded(runtime, file, options);
}

async function openOnBest(runtime: OnnxRuntime, file: NetworkFile, { threads, providers }: RuntimeSettings) {
  const candidates = usableProviders(providers, runtime.listSupportedBackends()).filter((provider) => !broken.has(provider));
  const failed: ExecutionProvider[] = [];
  let lastError: unknown;
  for (const provider of candidates) {
    try {
      const session = await openOn(runtime, file, provider, threads);
      // Only what takes a network elsewhere tells that the provider failed, and not the file.
      for (const one of failed) broken.add(one);
      return { provider, session };
    } catch (error) {
      failed.push(provider);
      lastError = error;
    }
  }
  const why = `it is truncated, altered, or no ONNX network (${reasonOf(lastError)})`;
  throw new DiffusionError('model_invalid', `${pathOf(file)} cannot be loaded: ${why}`, lastError);
}

/**
 * Loads a network on the first provider that takes it; `name` is what its time is told under. Throws `runtime_missing`, or `model_invalid` naming the file when
 * even the processor cannot load it.
 */
export async function openNetwork(name: string, file: NetworkFile, settings: RuntimeSettings): Promise<Network> {
  const runtime = await importRuntime();
  const path = pathOf(file);
  const { provider, session } = await openOnBest(runtime, file, settings);
  const inputs = portsOf(path, session.inputMetadata);
  const outputs = portsOf(path, session.outputMetadata);
  const runMany: Network['runMany'] = async (feeds, wanted) => {
    const fitting = inputs.filter(({ name }) => feeds[name] !== undefined);
    const tensors = Object.fromEntries(fitting.map((port) => [port.name, toTensor(runtime, port, feeds[port.name]!)]));
    const started = performance.now();
    const results = await session.run(tensors, [...wanted]).catch((error: unknown) => {
      throw new DiffusionError('inference_failed', `${path} failed: ${reasonOf(error)}`, error);
    });
    evaluatingMs += performance.now() - started;
    notePart(name, started);
    return wanted.map((name) => fromTensor(results[name]!));
  };
  return {
    path,
    provider,
    inputs,
    outputs,
    runMany,
    run: async (feeds, output) => (await runMany(feeds, [output]))[0]!,
    release: () => session.release(),
  };
}

/** Loads several networks; when one cannot be loaded, none stays in memory. */
export async function openNetworks<Name extends string>(
  files: Readonly<Record<Name, NetworkFile>>,
  settings: RuntimeSettings,
): Promise<Record<Name, Network>> {
  const opened: Partial<Record<Name, Network>> = {};
  try {
    for (const [name, file] of Object.entries(files) as [Name, NetworkFile][])
      opened[name] = await openNetwork(name, file, settings);
    return opened as Record<Name, Network>;
  } catch (error) {
    for (const network of Object.values<Network | undefined>(opened)) await network?.release();
    throw error;
  }
}
