import type { LiveDrawing, ParsedLiveDrawingInput } from '@rendermart/contract';
import { type Actor, Failure, makeRateLimits } from '../platform/index.ts';
import { channels } from './channels.ts';
import type { GenerationDeps } from './deps.ts';
import { keepOf, liveLimit, liveSettingsOf, patienceMs, pickUpMs, wishOf } from './live-rules.ts';
import type { GenerationMetrics } from './metrics.ts';
import { factsOf } from './present-model.ts';
import { type Settings, decideSettings, seedOf } from './rules.ts';
import { assertReadable } from './sources.ts';
import * as store from './store-live.ts';
import { readModel } from './store-models.ts';
import type { ModelRow } from './tables.ts';

type LiveDeps = Pick<GenerationDeps, 'database' | 'listener' | 'accounts' | 'library' | 'clock' | 'ids'> & {
  figures: GenerationMetrics;
};

/** Drawings while somebody types: asked for by the API, drawn by a worker that has nothing else to do, and kept nowhere. */
export interface LiveDrawings {
  draw(actor: Actor, ipAddress: string, input: ParsedLiveDrawingInput): Promise<LiveDrawing>;
}

export function makeLiveDrawings(deps: LiveDeps): LiveDrawings {
  const { database, figures } = deps;
  const limits = makeRateLimits(database, liveLimit);
  const bells = makeBells(deps.listener);

  async function draw(actor: Actor, ipAddress: string, input: ParsedLiveDrawingInput): Promise<LiveDrawing> {
    const { row, settings } = await decide(deps, actor.accountId, input);
    await limits.count('live', { account: actor.accountId, ipAddress });
    const id = deps.ids.next();
    const bell = bells.hang(id);
    try {
      await store.askLive(database.read, actor.accountId, { id, engine: row.engine, job: jobOf(row, actor.accountId, settings) });
      if (!(await bell.rings(pickUpMs)) && (await store.withdrawLive(database.read, id))) return { outcome: 'busy' };
      await bell.rings(patienceMs);
      return answerOf(await store.takeLive(database.read, id), row.id, settings);
    } finally {
      bell.remove();
    }
  }

  return {
    async draw(actor, ipAddress, input) {
      const drawing = await draw(actor, ipAddress, input);
      figures.liveDrawings.inc({ outcome: drawing.outcome });
      return drawing;
    },
  };
}

/** What will be drawn and by which model, or the refusal that says why not. */
async function decide(
  deps: LiveDeps,
  accountId: string,
  input: ParsedLiveDrawingInput,
): Promise<{ row: ModelRow; settings: Settings }> {
  const [row, { liveDrawing }] = await Promise.all([readModel(deps.database.read, input.modelId), deps.accounts.settings()]);
  if (!row) throw new Failure('model_unknown', { field: 'modelId' });
  const live = liveSettingsOf(row, liveDrawing);
  if (live === null) throw new Failure('live_drawing_off', { field: 'modelId' });
  const decision = decideSettings(wishOf(input, live), factsOf(row), input.seed, deps.clock.now());
  if (!decision.ok) throw new Failure(decision.code, { field: decision.field, message: decision.message });
  await assertReadable(deps, accountId, decision.settings);
  return { row, settings: decision.settings };
}

/** The same call to the engine as that of a generation of one image with these settings, so that the picture is the same. */
function jobOf({ engine_model: name, options }: ModelRow, accountId: string, settings: Settings): store.LiveJob {
  const { prompt, negativePrompt, width, height, steps, guidanceScale, seed, background } = settings;
  const { sourceImageId: imageId, maskId, denoisingStrength } = settings;
  const drawn = { prompt, negativePrompt, width, height, steps, guidanceScale, background };
  const source = imageId === null ? null : { accountId, imageId, maskId, denoisingStrength: denoisingStrength ?? 0 };
  return { model: { name, options }, ...drawn, seeds: [seedOf(seed, 0)], source };
}

function answerOf(answer: store.LiveAnswer | undefined, modelId: string, settings: Settings): LiveDrawing {
  if (answer === undefined) return { outcome: 'replaced' };
  if (answer.outcome === 'failed') throw new Failure('engine_unavailable');
  if (answer.picture === null) return { outcome: 'busy' };
  const picture = `data:${answer.media_type};base64,${answer.picture.toString('base64')}`;
  return { outcome: 'drawn', picture, keep: keepOf(modelId, settings) };
}

/** A bell for each drawing that this process waits for. The row is the truth: one that did not ring is looked at all the same. */
function makeBells(listener: GenerationDeps['listener']) {
  const bells = new Map<string, () => void>();
  listener.on(channels.liveEnded, (id) => bells.get(String(id))?.());
  return {
    hang(id: string) {
      const { promise, resolve } = Promise.withResolvers<true>();
      bells.set(id, () => resolve(true));
      return {
        /** Whether it has rung, or rings within this time. */
        async rings(ms: number): Promise<boolean> {
          const { promise: late, resolve: give } = Promise.withResolvers<false>();
          const timer = setTimeout(() => give(false), ms);
          return Promise.race([promise, late]).finally(() => clearTimeout(timer));
        },
        remove: () => void bells.delete(id),
      };
    },
  };
}
