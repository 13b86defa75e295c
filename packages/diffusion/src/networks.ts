import { join } from 'node:path';
import type * as Runtime from 'onnxruntime-node';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { DiffusionError, invariant } from './failure.ts';
import type { Model } from './model-folder.ts';
import { premultipliedPlanes, straightRgba } from './picture.ts';
import type { RgbaPicture } from './picture.ts';
import type { Denoise } from './sampler.ts';

/** A model's networks in memory, ready to run. */
export interface Networks {
  denoise: Denoise;
  /** One picture from its latents. */
  decode(latents: Float32Array): Promise<RgbaPicture>;
  /** The latents of one picture; absent when the model has no encoder. */
  encode?(picture: RgbaPicture): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Names, types and shapes of one side of a network; null is any size. */
export type Signature = Record<string, { type: Tensor.Type; shape: readonly (number | null)[] }>;

/** onnxruntime, loaded when it is first needed. Throws `runtime_missing` where it does not run. */
export async function importRuntime(): Promise<typeof Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    const message =
      'onnxruntime-node cannot be loaded on this machine. Run npm install again; platforms: linux, macOS and Windows on x64 or arm64 with glibc.';
    throw new DiffusionError('runtime_missing', `${message} (${error instanceof Error ? error.message : String(error)})`, error);
  }
}

/** What is wrong with one side of a network; a symbolic dimension fits any number. */
function signatureProblem(found: readonly InferenceSession.ValueMetadata[], wanted: Signature): string | undefined {
  for (const [name, { type, shape }] of Object.entries(wanted)) {
    const value = found.find((candidate) => candidate.name === name);
    if (value === undefined) return `has no "${name}" (it has ${found.map((candidate) => `"${candidate.name}"`).join(', ')})`;
    if (!value.isTensor || value.type !== type)
      return `wants ${value.isTensor ? value.type : 'no tensor'} for "${name}", not ${type}`;
    const fits =
      value.shape.length === shape.length &&
      shape.every((size, axis) => size === null || typeof value.shape[axis] === 'string' || value.shape[axis] === size);
    if (!fits)
      return `has the shape [${value.shape.join(', ')}] for "${name}", the manifest says [${shape.map((size) => size ?? 'batch').join(', ')}]`;
  }
  const extra = found.find((candidate) => wanted[candidate.name] === undefined);
  return extra && `has an unexpected "${extra.name}"`;
}

// Threads that spin while they wait took 4 times the processor time, and under load 2 to 3 times as long, as threads that
// sleep (1,212 against 293 ms of processor time for 120 steps on 2 cores): a server shares its cores with other work.
const sleepingThreads = { session: { intra_op: { allow_spinning: '0' } } };

/** Opens a network and compares its inputs and outputs with what is expected. Throws `model_invalid`, naming the file and what differs. */
export async function openSession(
  runtime: typeof Runtime,
  path: string,
  threads: number,
  inputs: Signature,
  outputs: Signature,
): Promise<InferenceSession> {
  const session = await runtime.InferenceSession.create(path, {
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    extra: sleepingThreads,
  }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new DiffusionError(
      'model_invalid',
      `${path} cannot be loaded: it is truncated, altered, or no ONNX network (${why})`,
      error,
    );
  });
  const problem =
    signatureProblem(session.inputMetadata, inputs) ??
    signatureProblem(
      session.outputMetadata.filter(({ name }) => outputs[name]),
      outputs,
    );
  if (problem === undefined) return session;
  await session.release();
  throw new DiffusionError('model_invalid', `${path} ${problem}`);
}

/** Runs a network whose `output` is float32. */
export async function runFloat(session: InferenceSession, feeds: Record<string, Tensor>, output: string): Promise<Float32Array> {
  const results = await session.run(feeds, [output]);
  const { data } = results[output]!;
  invariant(data instanceof Float32Array, `${output} holds float32`);
  return data;
}

function signaturesOf({ manifest }: Model) {
  const latents: Signature = { x: { type: 'float32', shape: [null, manifest.latent.size] } };
  const picture: Signature = { rgba: { type: 'float32', shape: [null, 4, manifest.picture.height, manifest.picture.width] } };
  const noisy: Signature = {
    z: { type: 'float32', shape: [null, manifest.latent.size] },
    t: { type: 'float32', shape: [null] },
    tokens: { type: 'int64', shape: [null, manifest.text.maxTokens] },
  };
  return { latents, picture, noisy };
}

/**
 * Loads a model's networks with onnxruntime. Throws `runtime_missing`, or `model_invalid` naming the file that is
 * truncated or whose inputs and outputs are not what the manifest says.
 */
export async function loadNetworks(model: Model, threads: number): Promise<Networks> {
  const runtime = await importRuntime();
  const { files, latent, picture, text } = model.manifest;
  const { latents, picture: rgba, noisy } = signaturesOf(model);
  const open = (name: string, inputs: Signature, outputs: Signature) =>
    openSession(runtime, join(model.folder, name), threads, inputs, outputs);
  const denoiser = await open(files.denoiser, noisy, latents);
  const decoder = await open(files.decoder, latents, rgba);
  const encoder = files.encoder === undefined ? undefined : await open(files.encoder, rgba, latents);
  const tensor = (data: Float32Array, shape: number[]) => new runtime.Tensor('float32', data, shape);
  return {
    denoise: (z, t, tokens) =>
      runFloat(
        denoiser,
        {
          z: tensor(z, [t.length, latent.size]),
          t: tensor(t, [t.length]),
          tokens: new runtime.Tensor('int64', tokens, [t.length, text.maxTokens]),
        },
        'x',
      ),
    decode: async (x) => straightRgba(await runFloat(decoder, { x: tensor(x, [1, latent.size]) }, 'rgba'), picture),
    ...(encoder && {
      encode: (source: RgbaPicture) =>
        runFloat(
          encoder,
          { rgba: tensor(premultipliedPlanes(source, picture.range), [1, 4, picture.height, picture.width]) },
          'x',
        ),
    }),
    release: async () => {
      for (const session of [denoiser, decoder, encoder]) await session?.release();
    },
  };
}
