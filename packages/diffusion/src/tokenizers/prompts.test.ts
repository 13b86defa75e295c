import { describe, expect, it } from 'vitest';
import { realClipVocabulary } from '../testing/clip-vocabulary.ts';
import { makeClipTokenizer } from './clip-tokenizer.ts';
import { chunkPrompts } from './prompt-chunks.ts';
import { parsePrompt } from './prompt-weights.ts';
import { hiddenStateIndex, weightEmbeddings } from './weighted-embeddings.ts';

/** Runs as `text*weight`, with the weight left out when it is 1. */
const shown = (prompt: string) =>
  parsePrompt(prompt).map(({ text, weight }) => (weight === 1 ? text : `${text}*${Number(weight.toFixed(4))}`));

describe('the weights of a prompt', () => {
  it.each([
    ['', []],
    ['a red fox', ['a red fox']],
    ['a (red) fox', ['a ', 'red*1.1', ' fox']],
    ['a ((red)) fox', ['a ', 'red*1.21', ' fox']],
    ['a [red] fox', ['a ', 'red*0.9091', ' fox']],
    ['a (red:1.3) fox', ['a ', 'red*1.3', ' fox']],
    ['(red:0.5)', ['red*0.5']],
    ['(red : 1.5 )', ['red *1.5']],
    ['(red:.5)', ['red*0.5']],
    ['(a (red:1.5) fox:2)', ['a *2', 'red*3', ' fox*2']],
    ['(a [red] fox)', ['a *1.1', 'red', ' fox*1.1']],
    ['([red])', ['red']],
    [String.raw`a \(red\) fox \[1\] \\`, [String.raw`a (red) fox [1] \ `.trimEnd()]],
    [String.raw`(\(red\):1.2)`, ['(red)*1.2']],
    [String.raw`C:\fox`, [String.raw`C:\fox`]],
    ['a smile :( here', ['a smile :( here']],
    ['a smile :) here', ['a smile :) here']],
    ['a ] b [ c', ['a ] b [ c']],
    ['(a [b) c]', ['a [b*1.1', ' c]']],
    ['ratio 16:9, (wide)', ['ratio 16:9, ', 'wide*1.1']],
    ['(at 16:9 and more)', ['at 16:9 and more*1.1']],
    ['()', []],
    ['(:1.2)', []],
    ['(red:100)', ['red*10']],
    ['(red:-1)', ['red*0']],
    ['(red:0)', ['red*0']],
    ['(red:high)', ['red:high*1.1']],
    ['[red:blue:0.5]', ['red:blue:0.5*0.9091']],
    ['(猫:1.2) 🐱', ['猫*1.2', ' 🐱']],
    ['(a)(b)', ['ab*1.1']],
  ])('%s', (prompt, runs) => expect(shown(prompt)).toEqual(runs));

  it('reads deep nesting and brackets without end in no more time than their length asks', () => {
    expect(parsePrompt('('.repeat(50_000) + ']'.repeat(50_000))).toHaveLength(1);
    expect(parsePrompt('('.repeat(50_000) + 'a' + ')'.repeat(50_000))).toEqual([{ text: 'a', weight: 10 }]);
  });
});

const tokenizer = makeClipTokenizer(await realClipVocabulary());
const cats = (count: number) => [{ text: Array<string>(count).fill('cat').join(' '), weight: 1 }];
const counts = (prompts: Parameters<typeof chunkPrompts>[1]) =>
  chunkPrompts(tokenizer, prompts).map((chunks) => chunks.map(({ ids }) => ids.indexOf(tokenizer.endId) - 1));

describe('the windows of a prompt', () => {
  it.each([
    [0, [0]],
    [74, [74]],
    [75, [75]],
    [76, [75, 1]],
    [77, [75, 2]],
    [150, [75, 75]],
    [151, [75, 75, 1]],
  ])('%d tokens', (count, windows) => expect(counts([cats(count)])).toEqual([windows]));

  it('are as many for the negative prompt', () => {
    expect(counts([cats(160), cats(3)])).toEqual([
      [75, 75, 10],
      [3, 0, 0],
    ]);
  });

  it('carry each weight with its tokens, and 1 for begin, end and padding', () => {
    const [chunks] = chunkPrompts(tokenizer, [parsePrompt('a (strawberry astronaut:1.5) cat')]);
    expect(chunks![0]!.weights).toEqual([1, 1, 1.5, 1.5, 1, 1, ...Array<number>(71).fill(1)]);
    expect(chunks![0]!.ids).toHaveLength(77);
  });

  it('carry weights across their border', () => {
    const [chunks] = chunkPrompts(tokenizer, [[...cats(74), { text: 'red fox', weight: 2 }]]);
    expect([chunks![0]!.weights.slice(74, 77), chunks![1]!.weights.slice(0, 3)]).toEqual([
      [1, 2, 1],
      [1, 2, 1],
    ]);
  });
});

describe('weighted embeddings', () => {
  const window = (...weights: number[]) => ({ ids: weights.map(() => 0), weights });

  it('are multiplied token by token, and restored to the mean that they had', () => {
    const embeddings = Float32Array.of(1, 3, 2, 2, 4, 4);
    // Weighted: 1 3 4 4 4 4, whose mean is 20/6 in place of 16/6.
    const restored = [1, 3, 4, 4, 4, 4].map((value) => value * 0.8);
    weightEmbeddings(embeddings, [window(1, 2, 1)], 'mean').forEach((value, i) => expect(value).toBeCloseTo(restored[i]!, 6));
    expect(weightEmbeddings(embeddings, [window(1, 2, 1)], 'none')).toEqual(Float32Array.of(1, 3, 4, 4, 4, 4));
    expect(embeddings).toEqual(Float32Array.of(1, 3, 2, 2, 4, 4));
  });

  it('stay as they are in windows without weights', () => {
    const embeddings = Float32Array.of(0.1, 0.7, 5, 1);
    const weighted = weightEmbeddings(embeddings, [window(1, 1), window(2, 1)], 'mean');
    expect([...weighted.subarray(0, 2)]).toEqual([...embeddings.subarray(0, 2)]);
    expect([...weighted.subarray(2)]).not.toEqual([...embeddings.subarray(2)]);
  });

  it('stay finite when there is no mean to restore', () => {
    expect(weightEmbeddings(Float32Array.of(1, 2), [window(0, 0)], 'mean')).toEqual(new Float32Array(2));
    expect(weightEmbeddings(Float32Array.of(1, -2), [window(3, 1)], 'mean')).toEqual(Float32Array.of(3, -2));
  });
});

describe('clip skip', () => {
  it.each([
    [12, 0, 0, 12],
    [12, 1, 0, 11],
    [12, 0, 1, 11],
    [12, 11, 0, 1],
  ] as const)('of %d layers, %d skipped beyond %d', (layers, skip, own, index) => {
    expect(hiddenStateIndex(layers, skip, own)).toBe(index);
  });

  it.each([12, -1, 0.5])('refuses %d of 12 layers', (skip) => {
    expect(() => hiddenStateIndex(12, skip, 0)).toThrow(/from 0 to 11/);
  });
});
