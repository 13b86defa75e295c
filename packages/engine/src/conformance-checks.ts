import assert from 'node:assert/strict';
import { Capabilities } from '@rendermart/contract';
import { leftHalfMask } from './conformance-mask.ts';
import { assertPicture, draw, failureOf, never, plainJob, withEngine, withinPatience } from './conformance-subject.ts';
import type { EngineSubject } from './conformance-subject.ts';
import { engineErrorKinds } from './errors.ts';
import { engineSpecVersion } from './spec.ts';
import type { EngineEvent, EngineJob, ImageEngine } from './spec.ts';

/** One thing that the platform relies on. `run` rejects with an AssertionError when an engine does not keep it. */
export interface Check {
  name: string;
  run(subject: EngineSubject): Promise<void>;
}

type Body = (parts: {
  subject: EngineSubject;
  engine: ImageEngine;
  capabilities: Capabilities;
  job(changes?: Partial<EngineJob>): EngineJob;
}) => Promise<void>;

function check(name: string, body: Body): Check {
  return {
    name,
    run: (subject) =>
      withEngine(subject, (engine, capabilities) =>
        body({ subject, engine, capabilities, job: (changes) => plainJob(subject, capabilities, changes) }),
      ),
  };
}

/** A source image of the engine's own, the left half of which is to be drawn anew. */
async function maskedSource({ engine, job }: Parameters<Body>[0]): Promise<Required<NonNullable<EngineJob['source']>>> {
  const { picture } = (await draw(engine, job())).images[0]!;
  return { picture, denoisingStrength: 1, mask: leftHalfMask(picture.width, picture.height) };
}

/** Settings that a model does not have, each with a job that uses it all the same. */
async function unsupportedSettings(parts: Parameters<Body>[0]): Promise<[string, EngineJob][]> {
  const { capabilities, engine, job } = parts;
  const settings: [string, boolean, () => Promise<Partial<EngineJob>>][] = [
    ['negativePrompt', capabilities.negativePrompt, async () => ({ negativePrompt: 'rain' })],
    ['steps', capabilities.steps !== null, async () => ({ steps: 3 })],
    ['guidanceScale', capabilities.guidanceScale !== null, async () => ({ guidanceScale: 3 })],
    ['background', capabilities.transparentBackground, async () => ({ background: '#336699' })],
    [
      'source',
      capabilities.imageToImage !== null,
      async () => ({ source: { picture: (await draw(engine, job())).images[0]!.picture, denoisingStrength: 0.5 } }),
    ],
    ['mask', capabilities.inpainting === true, async () => ({ source: await maskedSource(parts) })],
  ];
  const missing = settings.filter(([, supported]) => !supported);
  return Promise.all(missing.map(async ([name, , changes]): Promise<[string, EngineJob]> => [name, job(await changes())]));
}

function assertProgress(events: readonly EngineEvent[]): void {
  const progress = events.filter((event) => event.type === 'progress');
  for (const [index, { step, steps }] of progress.entries()) {
    assert(Number.isInteger(step) && step >= 0 && step <= steps, `step ${step} of ${steps} is none`);
    const before = progress[index - 1];
    if (before)
      assert(
        step >= before.step && steps === before.steps,
        `progress went from ${before.step}/${before.steps} back to ${step}/${steps}`,
      );
  }
}

function assertPreviews(events: readonly EngineEvent[], count: number): void {
  const finished = new Set<number>();
  for (const event of events) {
    if (event.type === 'image') finished.add(event.index);
    if (event.type !== 'preview') continue;
    assert(event.index >= 0 && event.index < count, `there is no image ${event.index} to preview`);
    assert(!finished.has(event.index), 'no preview follows the image itself');
    assertPicture(event.picture);
  }
}

/** Every check of the kit. */
export const checks: readonly Check[] = [
  check('has a name and speaks this version of the specification', async ({ engine }) => {
    assert.match(engine.name, /^[a-z][a-z0-9-]*$/);
    assert.equal(engine.specVersion, engineSpecVersion);
  }),

  check('describes capabilities in the contract’s form, the same each time', async ({ subject, engine, capabilities }) => {
    assert.deepEqual(Capabilities.parse(capabilities), capabilities);
    assert.deepEqual(await engine.describe(subject.model, never), capabilities);
    for (const range of [capabilities.steps, capabilities.guidanceScale, capabilities.imageToImage]) {
      if (range) assert(range.min <= range.default && range.default <= range.max, 'a default lies within its range');
    }
  }),

  check('draws one picture of the size that was asked for', async ({ engine, job }) => {
    const wanted = job();
    const { images, warnings } = await draw(engine, wanted);
    assert.equal(images.length, 1);
    const { index, seed, picture } = images[0]!;
    assert.deepEqual({ index, seed }, { index: 0, seed: 1 });
    assertPicture(picture);
    const sameSize = picture.width === wanted.width && picture.height === wanted.height;
    assert(
      sameSize || warnings.some(({ code }) => code === 'setting_changed'),
      'another size than the one asked for comes with a warning',
    );
  }),

  check('draws as many images as one call takes, each exactly once, with its seed', async ({ engine, capabilities, job }) => {
    const seeds = Array.from({ length: capabilities.imagesPerCall }, (_, index) => index * 1000 + 7);
    const { images } = await draw(engine, job({ seeds }));
    const drawn = images.map(({ index, seed }) => ({ index, seed })).toSorted((a, b) => a.index - b.index);
    assert.deepEqual(
      drawn,
      seeds.map((seed, index) => ({ index, seed })),
    );
  }),

  check(
    'says nothing but what happened: progress only forward, previews only before their image',
    async ({ engine, capabilities, job }) => {
      const { events } = await draw(engine, job());
      assertProgress(events);
      assertPreviews(events, 1);
      const has = (type: EngineEvent['type']) => events.some((event) => event.type === type);
      assert.equal(has('progress'), capabilities.progress, 'progress comes exactly when the capabilities say so');
      assert(capabilities.preview || !has('preview'), 'previews come only when the capabilities say so');
    },
  ),

  check('draws the same seed the same way, seed 0 and the largest included', async ({ engine, capabilities, job }) => {
    if (!capabilities.seed) return;
    const bytesOf = async (seed: number) => {
      const [image] = (await draw(engine, job({ seeds: [seed] }))).images;
      assert.equal(image?.seed, seed);
      return Buffer.from(image.picture.bytes);
    };
    const zero = await bytesOf(0);
    assert(zero.equals(await bytesOf(0)), 'seed 0 draws the same picture twice');
    assert(!zero.equals(await bytesOf(1)), 'seed 1 draws another picture than seed 0');
    const largest = await bytesOf(2 ** 32 - 1);
    assert(largest.equals(await bytesOf(2 ** 32 - 1)), 'the largest seed draws the same picture twice');
  }),

  check('warns of every setting that it cannot honour', async (parts) => {
    for (const [setting, job] of await unsupportedSettings(parts)) {
      const { warnings } = await draw(parts.engine, job);
      const named = warnings.find((warning) => warning.setting === setting && warning.code === 'setting_ignored');
      assert(named, `nothing says that ${setting} is ignored`);
      assert(named.message.length > 0, 'a warning has a message');
    }
  }),

  check('draws the masked part of a source image anew where it says so', async (parts) => {
    const { capabilities, engine, job } = parts;
    if (!capabilities.inpainting) return;
    const { mask, ...whole } = await maskedSource(parts);
    const [masked, redrawn] = [
      await draw(engine, job({ source: { ...whole, mask } })),
      await draw(engine, job({ source: whole })),
    ];
    assert.deepEqual(masked.warnings, []);
    const bytesOf = ({ images }: typeof masked) => Buffer.from(images[0]!.picture.bytes);
    assert(!bytesOf(masked).equals(bytesOf(redrawn)), 'a mask makes another picture');
  }),

  check('does not warn of what it honours', async ({ engine, job }) => {
    assert.deepEqual((await draw(engine, job())).warnings, []);
  }),

  check('draws nothing for a signal that is already aborted', async ({ engine, job }) => {
    const failure = await failureOf(draw(engine, job(), AbortSignal.abort()));
    assert.equal(failure.kind, 'cancelled');
  }),

  check(
    'stops soon when it is aborted while it runs, says nothing more, and can draw again',
    async ({ subject, engine, capabilities, job }) => {
      if (capabilities.cancel !== 'step') return;
      const abort = new AbortController();
      const after: EngineEvent[] = [];
      const running = (async () => {
        // Engines without progress give no sign of life: they are stopped while the server is silent.
        if (!capabilities.progress) setTimeout(() => abort.abort(), 50);
        for await (const event of engine.generate(job(subject.slow), abort.signal)) {
          if (abort.signal.aborted) after.push(event);
          if (event.type === 'progress') abort.abort();
        }
      })();
      const failure = await withinPatience('Stopping an aborted job', failureOf(running));
      assert.equal(failure.kind, 'cancelled');
      assert.deepEqual(
        after.map(({ type }) => type),
        [],
        'nothing is said after the end',
      );
      assert.equal((await draw(engine, job())).images.length, 1);
    },
  ),

  check('lets its reader walk away', async ({ subject, engine, capabilities, job }) => {
    if (!capabilities.progress) return;
    const leaving = (async () => {
      for await (const event of engine.generate(job(subject.slow), never)) if (event.type === 'progress') break;
    })();
    await withinPatience('Leaving a running job', leaving);
    assert.equal((await withinPatience('The job after it', draw(engine, job()))).images.length, 1);
  }),

  check('says what is wrong with a model that it does not have', async ({ subject, engine, job }) => {
    const model = { ...subject.model, name: 'no-such-model' };
    const kinds: string[] = ['misconfigured', 'model_retired', 'invalid_request'];
    assert(kinds.includes((await failureOf(draw(engine, job({ model })))).kind), 'drawing with an unknown model says so');
  }),

  check('refuses options that its models do not have', async ({ subject, engine }) => {
    const model = { ...subject.model, options: { ...subject.model.options, noSuchOption: true } };
    assert.equal((await failureOf(engine.describe(model, never))).kind, 'misconfigured');
  }),

  check('gives every failure a kind', async ({ subject, engine, job }) => {
    for (const { name, job: changes, kind } of subject.failures ?? []) {
      const failure = await failureOf(draw(engine, job(changes)));
      assert(engineErrorKinds.includes(failure.kind));
      assert.equal(failure.kind, kind, `${name} (${failure.message})`);
    }
  }),

  check('reads prompts and suggests words where the vocabulary is closed', async ({ subject, engine, capabilities }) => {
    if (!capabilities.vocabulary) return;
    assert(engine.readPrompt && engine.suggest, 'an engine with such models reads prompts and suggests words');
    const reading = await engine.readPrompt(subject.model, `${subject.prompt} xqzjk`);
    assert.equal(reading.words.find(({ word }) => word === 'xqzjk')?.reading, 'unknown');
  }),

  check('warms up as often as it is told, gives its failures a kind, and draws after it', async ({ subject, engine, job }) => {
    const { warmUp } = engine;
    if (warmUp === undefined) return;
    const warm = (name: string, signal = never) =>
      withinPatience('Warming up', warmUp.call(engine, { ...subject.model, name }, signal));
    await Promise.all([warm(subject.model.name), warm(subject.model.name)]);
    const kinds: string[] = ['misconfigured', 'model_retired'];
    assert(kinds.includes((await failureOf(warm('no-such-model'))).kind), 'warming up an unknown model says what is wrong');
    assert.equal((await failureOf(warm(subject.model.name, AbortSignal.abort()))).kind, 'cancelled');
    assert.equal((await draw(engine, job())).images.length, 1);
  }),

  check('closes more than once, and fails with a kind after that', async ({ engine, job }) => {
    await engine.close();
    await engine.close();
    await failureOf(draw(engine, job()));
  }),
];
