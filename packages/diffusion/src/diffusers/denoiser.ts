import type { Network, Port } from '../runtime/network.ts';
import type { Numbers } from '../runtime/tensors.ts';
import type { LatentSpace } from './latent-space.ts';
import type { Conditioning } from './text.ts';

/** What one evaluation of a denoising network sees. Rows are pictures, or pictures twice under guidance. */
export interface DenoiserInput {
  /** [rows, channels, height, width] of latents, with what is concatenated to them. */
  latents: Numbers;
  timestep: number;
  conditioning: Conditioning;
}

/** Predicts noise, velocity or clean latents: [rows, channels, height, width]. */
export type Denoiser = (input: DenoiserInput) => Promise<Float32Array>;

/** A timestep for an input that is a number, one number a row, or a fixed count of them. */
function timestepFor({ shape }: Port, timestep: number, rows: number): Numbers {
  if (shape.length === 0) return { data: Float32Array.of(timestep), shape: [] };
  const count = typeof shape[0] === 'number' ? shape[0] : rows;
  return { data: new Float32Array(count).fill(timestep), shape: [count] };
}

const repeated = (row: readonly number[], rows: number): Numbers => ({
  data: Float32Array.from({ length: rows * row.length }, (_, i) => row[i % row.length]!),
  shape: [rows, row.length],
});

/**
 * The guidance scale as an input of the network, in place of a second evaluation: sinusoids of (scale − 1)·1000, as the
 * timestep embeddings of VDM. Luo et al., 2310.04378, appendix; diffusers' `get_guidance_scale_embedding`.
 */
export function guidanceEmbedding(guidanceScale: number, width: number): number[] {
  const half = Math.floor(width / 2);
  const step = Math.log(10_000) / (half - 1);
  const angles = Array.from({ length: half }, (_, i) => (guidanceScale - 1) * 1000 * Math.exp(-step * i));
  const waves = [...angles.map(Math.sin), ...angles.map(Math.cos)];
  return width % 2 === 1 ? [...waves, 0] : waves;
}

/** What SDXL is told of sizes: that the picture was never scaled nor cropped (Podell et al., 2307.01952, section 2.2). */
function timeIds({ latents }: DenoiserInput, { scale }: LatentSpace): number[] {
  const [height, width] = latents.shape.slice(2).map((side) => side * scale) as [number, number];
  return [height, width, 0, 0, height, width];
}

/** The UNet of Stable Diffusion, SDXL and LCM: each takes those of these inputs that it has. */
export function makeUnetDenoiser(network: Network, space: LatentSpace, guidanceScale: number): Denoiser {
  const port = (name: string) => network.inputs.find((input) => input.name === name);
  const timestepPort = port('timestep')!;
  const guidanceWidth = port('timestep_cond')?.shape[1];
  return async (input) => {
    const rows = input.latents.shape[0]!;
    const { embeddings, pooled } = input.conditioning;
    const feeds = {
      sample: input.latents,
      timestep: timestepFor(timestepPort, input.timestep, rows),
      encoder_hidden_states: embeddings,
      ...(pooled && { text_embeds: pooled, time_ids: repeated(timeIds(input, space), rows) }),
      ...(typeof guidanceWidth === 'number' && {
        timestep_cond: repeated(guidanceEmbedding(guidanceScale, guidanceWidth), rows),
      }),
    };
    return (await network.run(feeds, network.outputs[0]!.name)).data;
  };
}

/** The transformer of Stable Diffusion 3. */
export function makeTransformerDenoiser(network: Network): Denoiser {
  const timestepPort = network.inputs.find((input) => input.name === 'timestep')!;
  return async ({ latents, timestep, conditioning }) => {
    const feeds = {
      hidden_states: latents,
      timestep: timestepFor(timestepPort, timestep, latents.shape[0]!),
      encoder_hidden_states: conditioning.embeddings,
      ...(conditioning.pooled && { pooled_projections: conditioning.pooled }),
    };
    return (await network.run(feeds, network.outputs[0]!.name)).data;
  };
}
