import { EngineError } from '@rendermart/engine';
import type { EngineEvent, EngineJob, ImageEngine } from '@rendermart/engine';
import { checks } from '@rendermart/engine/conformance';
import type { EngineSubject } from '@rendermart/engine/conformance';
import { describe, expect, it } from 'vitest';
import { openFakeEngine } from './fake/index.ts';

/*
 * The conformance kit, checked itself: each mutant is the fake engine with one defect put in, and the kit must say so.
 */

const never = new AbortController().signal;

/** An engine whose events pass through a filter, which may also be told the job. */
function filtering(filter: (events: AsyncIterable<EngineEvent>, job: EngineJob) => AsyncIterable<EngineEvent>) {
  return (engine: ImageEngine): ImageEngine => ({
    ...engine,
    generate: (job, signal) => filter(engine.generate(job, signal), job),
  });
}

/** An engine whose events are replaced one by one. */
function mapping(map: (event: EngineEvent, job: EngineJob) => EngineEvent[]) {
  return filtering(async function* (events, job) {
    for await (const event of events) yield* map(event, job);
  });
}

/** An engine that changes jobs before it draws them. */
function rejobbing(change: (job: EngineJob) => EngineJob) {
  return (engine: ImageEngine): ImageEngine => ({ ...engine, generate: (job, signal) => engine.generate(change(job), signal) });
}

let count = 0;
let drawn = 0;

const mutants: [defect: string, check: RegExp, mutate: (engine: ImageEngine) => ImageEngine][] = [
  ['a name with capitals', /has a name/, (engine) => ({ ...engine, name: 'Fake Engine' })],
  ['another version of the specification', /speaks this version/, (engine) => ({ ...engine, specVersion: 2 as 1 })],
  [
    'capabilities with an unknown key',
    /describes capabilities/,
    (engine) => ({ ...engine, describe: async (...call) => ({ ...(await engine.describe(...call)), vram: 8 }) }),
  ],
  [
    'capabilities that change',
    /describes capabilities/,
    (engine) => ({ ...engine, describe: async (...call) => ({ ...(await engine.describe(...call)), promptMaxLength: ++count }) }),
  ],
  ['a silent change of size', /size that was asked for/, rejobbing((job) => ({ ...job, width: job.width - 8 }))],
  [
    'bytes of another type',
    /size that was asked for/,
    mapping((event) => [event.type === 'image' ? { ...event, picture: { ...event.picture, mediaType: 'image/webp' } } : event]),
  ],
  ['a warm-up that knows every model', /warms up/, (engine) => ({ ...engine, warmUp: async () => {} })],
  [
    'a warm-up that cannot be stopped',
    /warms up/,
    (engine) => ({ ...engine, warmUp: async (model) => void (await engine.describe(model, never)) }),
  ],
  ['an image twice', /exactly once/, mapping((event) => (event.type === 'image' ? [event, event] : [event]))],
  ['an image lost', /exactly once/, mapping((event) => (event.type === 'image' && event.index === 1 ? [] : [event]))],
  ['the wrong index', /exactly once/, mapping((event) => [event.type === 'image' ? { ...event, index: 0 } : event])],
  [
    'progress that goes back',
    /progress only forward/,
    mapping((event) => [event.type === 'progress' && event.step === 4 ? { ...event, step: 1 } : event]),
  ],
  [
    'steps that change',
    /progress only forward/,
    mapping((event) => [event.type === 'progress' && event.step === 3 ? { ...event, steps: 9 } : event]),
  ],
  ['no progress', /progress only forward/, mapping((event) => (event.type === 'progress' ? [] : [event]))],
  [
    'a preview after its image',
    /progress only forward/,
    mapping((event) => (event.type === 'image' ? [event, { ...event, type: 'preview' }] : [event])),
  ],
  ['seed 0 taken for no seed', /seed 0/, rejobbing((job) => ({ ...job, seeds: job.seeds.map((seed) => seed || Math.random()) }))],
  [
    'seed ignored',
    /seed 0/,
    filtering(async function* (events, job) {
      for await (const event of openFakeEngine({}).generate({ ...job, seeds: job.seeds.map(() => 5) }, never))
        yield event.type === 'image' ? { ...event, seed: job.seeds[event.index]! } : event;
    }),
  ],
  [
    'seeds cut to 31 bits',
    /seed 0/,
    mapping((event) => [event.type === 'image' ? { ...event, seed: event.seed % 2 ** 31 } : event]),
  ],
  [
    'warnings for nothing',
    /does not warn of what it honours/,
    mapping((event) => [{ type: 'warning', warning: { code: 'other', message: 'by the way' } }, event]),
  ],
  ['settings silently ignored', /cannot honour/, mapping((event) => (event.type === 'warning' ? [] : [event]))],
  [
    'a mask silently dropped',
    /masked part/,
    rejobbing((job) => ({
      ...job,
      source: job.source && { picture: job.source.picture, denoisingStrength: job.source.denoisingStrength },
    })),
  ],
  [
    'an abort before the start not seen',
    /already aborted/,
    (engine) => ({ ...engine, generate: (job) => engine.generate(job, never) }),
  ],
  [
    'an abort while it runs not seen',
    /stops soon/,
    (engine) => ({
      ...engine,
      generate: (job, signal) =>
        engine.generate({ ...job, prompt: job.prompt.replace('60000', '2000') }, signal.aborted ? signal : never),
    }),
  ],
  [
    'another kind for an abort',
    /stops soon/,
    filtering(async function* (events) {
      try {
        yield* events;
      } catch (error) {
        throw new EngineError('engine_lost', 'socket closed', { cause: error });
      }
    }),
  ],
  [
    'an engine that jams when its reader leaves',
    /walk away/,
    filtering(async function* (events) {
      if (drawn++ > 0) throw new EngineError('engine_failed', 'still busy');
      yield* events;
    }),
  ],
  ['any model accepted', /model that it does not have/, rejobbing((job) => ({ ...job, model: { ...job.model, name: 'fake' } }))],
  [
    'any option accepted',
    /refuses options/,
    (engine) => ({ ...engine, describe: (model, signal) => engine.describe({ ...model, options: {} }, signal) }),
  ],
  [
    'errors of any class',
    /every failure a kind/,
    filtering(async function* (events) {
      try {
        yield* events;
      } catch {
        throw new Error('500');
      }
    }),
  ],
  [
    'everything taken for a lost engine',
    /every failure a kind/,
    filtering(async function* (events) {
      try {
        yield* events;
      } catch {
        throw new EngineError('engine_lost', '429');
      }
    }),
  ],
  [
    'a closed vocabulary that nobody can ask about',
    /where the vocabulary is closed/,
    (engine) => ({ ...engine, describe: async (...call) => ({ ...(await engine.describe(...call)), vocabulary: true }) }),
  ],
  ['drawing after close', /closes more than once/, (engine) => ({ ...openFakeEngine({}), close: () => engine.close() })],
];

function subjectFor(mutate: (engine: ImageEngine) => ImageEngine, poor: boolean): EngineSubject {
  const capabilities = poor ? { negativePrompt: false, steps: null } : {};
  return {
    title: 'mutant',
    open: async () => mutate(openFakeEngine({ stepMs: 1 })),
    model: { name: 'fake', options: { capabilities } },
    prompt: 'a red fox',
    slow: { prompt: 'slow [slow 60000] [steps 100]' },
    failures: [{ name: 'busy', job: { prompt: '[fail rate_limited]' }, kind: 'rate_limited' }],
  };
}

describe('the conformance kit finds', () => {
  it.each(mutants)('%s', async (_, name, mutate) => {
    const check = checks.find((candidate) => name.test(candidate.name));
    expect(check, `a check called ${name}`).toBeDefined();
    const poor = name.source === 'cannot honour';
    await expect(check!.run(subjectFor((engine) => engine, poor))).resolves.toBeUndefined();
    await expect(check!.run(subjectFor(mutate, poor))).rejects.toThrow();
  });

  it('a defect for every check', () => {
    const unguarded = checks.filter((check) => !mutants.some(([, name]) => name.test(check.name)));
    expect(unguarded.map(({ name }) => name)).toEqual([]);
  });
});
