import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openNetwork } from '../runtime/network.ts';
import { readOnnxGraph } from '../runtime/onnx-graph.ts';
import { makeNetwork } from '../testing/onnx.ts';
import type { TestNode } from '../testing/onnx.ts';
import { addSkippedLayers, skippedOutput } from './skipped-layers.ts';

const layers = 3;
const output = 'last_hidden_state';
const node = (op: string, inputs: string[], made: string): TestNode => ({ op, inputs, outputs: [made] });

/** A layer as a text encoder has it, in small: what is added to the stream is made of the stream, in either order. */
const layer = (index: number): TestNode[] => [
  node('Sigmoid', [`state${index}`], `attention${index}`),
  node('Add', [`state${index}`, `attention${index}`], `middle${index}`),
  node('Identity', [`middle${index}`], `copy${index}`),
  node('Tanh', [`copy${index}`], `feedforward${index}`),
  node('Add', [`feedforward${index}`, `copy${index}`], `state${index + 1}`),
];
const embeddings = [node('Mul', ['input_ids', 'w0'], 'state0')];
const stack = [...embeddings, ...layer(0), ...layer(1), ...layer(2)];
/** A normalisation of several nodes, as exports before opset 17 have it. */
const normalisation = [node('ReduceMean', ['state3'], 'mean'), node('Sub', ['state3', 'mean'], output)];
/** What a text encoder sums a text up with; no embedding needs it. */
const pooler = [node('Neg', [output], 'pooler_output')];

async function writeEncoder(nodes: readonly TestNode[]) {
  const folder = await mkdtemp(join(tmpdir(), 'text-encoder-'));
  const port = (name: string) => ({ name, type: 'float32' as const, shape: [2] });
  const made = nodes.flatMap(({ outputs }) => outputs).filter((name) => [output, 'pooler_output'].includes(name));
  const network = makeNetwork({ inputs: [port('input_ids')], outputs: made.map(port), nodes, externalFiles: ['weights'] });
  await writeFile(join(folder, 'model.onnx'), network);
  await writeFile(join(folder, 'weights'), new Uint8Array(Float32Array.of(0.5).buffer));
  return { path: join(folder, 'model.onnx'), [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

async function findIn(nodes: readonly TestNode[], count = layers) {
  await using file = await writeEncoder(nodes);
  return addSkippedLayers(readOnnxGraph(file.path)!, output, count);
}

/** What the encoder above gives after so many layers. */
function expected(values: readonly number[], count: number): number[] {
  let state = values.map((value) => value * 0.5);
  for (let index = 0; index < count; index++) {
    const middle = state.map((x) => x + 1 / (1 + Math.exp(-x)));
    state = middle.map((x) => x + Math.tanh(x));
  }
  const mean = state.reduce((sum, x) => sum + x, 0) / state.length;
  return state.map((x) => x - mean);
}

describe('the layers of a text encoder', () => {
  it('are left out one by one, and what remains is normalised', async () => {
    await using file = await writeEncoder([...stack, ...normalisation, ...pooler]);
    const skipped = addSkippedLayers(readOnnxGraph(file.path)!, output, layers)!;
    expect(skipped.max).toBe(2);
    const network = await openNetwork(
      'text_encoder',
      { path: file.path, addition: skipped.addition },
      { threads: 1, providers: ['cpu'] },
    );
    try {
      const feeds = { input_ids: { data: Float32Array.of(-1, 3), shape: [2] } };
      for (const [name, count] of [
        [output, 3],
        [skippedOutput(1), 2],
        [skippedOutput(2), 1],
      ] as const) {
        const { data } = await network.run(feeds, name);
        expected([-1, 3], count).forEach((value, i) => expect(data[i]).toBeCloseTo(value, 5));
      }
    } finally {
      await network.release();
    }
  });

  it.each<[string, TestNode[], number?]>([
    ['there are others than the configuration says', [...stack, ...normalisation], 4],
    ['there is but one', [...embeddings, ...layer(0), node('Sub', ['state1', 'w0'], output)], 1],
    [
      'additions are fused',
      [...stack, node('SkipLayerNormalization', ['state3', 'w0'], output)].map((one) => ({
        ...one,
        op: one.op.replace(/^Add$/, 'SkipLayerNormalization'),
      })),
    ],
    ['nothing follows the last', [...stack, node('Neg', ['input_ids'], output)]],
    ['the last normalisation hears the text again', [...stack, node('Sub', ['state3', 'attention0'], output)]],
    ['they go in a circle', [node('Tanh', ['b'], 'a'), node('Add', ['b', 'a'], 'b'), node('Neg', ['b'], output)]],
  ])('are not touched when %s', async (_, nodes, count) => {
    expect(await findIn(nodes, count)).toBeUndefined();
  });
});
