import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFolder } from '../families/families.ts';
import type { Pipeline, ReadModel } from '../families/family.ts';
import type { RgbaPicture } from '../picture.ts';
import { requestProblem } from '../request.ts';
import type { DiffusionRequest } from '../request.ts';
import {
  besides,
  expectedPicture,
  makeReferenceModel,
  referenceCases,
  referenceModels,
  requestOf,
} from '../testing/references.ts';
import type { ReferenceCase } from '../testing/references.ts';

const never = new AbortController().signal;

/** Largest difference of two pictures of one size, in 255ths. */
function differenceOf(drawn: RgbaPicture, expected: RgbaPicture): number {
  expect([drawn.width, drawn.height]).toEqual([expected.width, expected.height]);
  return expected.rgba.reduce((most, value, i) => Math.max(most, Math.abs(value - drawn.rgba[i]!)), 0);
}

describe.each(referenceModels)('%s draws what diffusers draws', (name) => {
  let read: ReadModel;
  let pipeline: Pipeline;
  beforeAll(async () => {
    await using model = await makeReferenceModel(name);
    read = await readFolder(model.folder);
    pipeline = await read.open({ threads: 1, providers: ['cpu'] });
  });
  afterAll(() => pipeline.release());

  async function draw(reference: ReferenceCase, changes: Partial<DiffusionRequest> = {}): Promise<RgbaPicture> {
    const request = { ...(await requestOf(reference)), ...changes };
    expect(requestProblem(read.model, request)).toBeUndefined();
    const events = await Array.fromAsync(pipeline.draw(request, never));
    return besides(events.filter((event) => event.type === 'image').map(({ picture }) => picture));
  }

  const cases = referenceCases.filter(({ model }) => model === name);

  it.each(cases)('$name', async (reference) => {
    expect(differenceOf(await draw(reference), await expectedPicture(reference))).toBeLessThanOrEqual(2);
  });

  it('and another picture for another prompt or seed', async () => {
    const [reference] = cases;
    const expected = await expectedPicture(reference!);
    const [{ prompt, seed }] = (await requestOf(reference!)).pictures as [{ prompt: string; seed: number }];
    expect(differenceOf(await draw(reference!, { pictures: [{ prompt: 'the sea', seed }] }), expected)).toBeGreaterThan(10);
    expect(differenceOf(await draw(reference!, { pictures: [{ prompt, seed: 8 }] }), expected)).toBeGreaterThan(50);
  });
});
