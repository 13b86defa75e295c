import { Failure, type Handlers, type RoomRouteNames, readIdCursor } from '../platform/index.ts';
import type { GenerationDeps } from './deps.ts';
import type { EventHub } from './events/hub.ts';
import type { LiveDrawings } from './live.ts';
import type { GenerationMetrics } from './metrics.ts';
import * as models from './models.ts';
import type { PresentGenerations } from './present.ts';
import type { PromptReadings } from './prompt-readings.ts';
import { readQueueReport } from './report.ts';
import { type RequestDeps, cancelGeneration, requestGeneration, retryGeneration } from './request.ts';
import { requestUpscale } from './request-upscale.ts';
import { listGenerations, readGeneration } from './store.ts';
import type { GenerationView } from './tables.ts';

type RouteDeps = GenerationDeps &
  RequestDeps & {
    present: PresentGenerations;
    hub: EventHub;
    figures: GenerationMetrics;
    live: LiveDrawings;
    promptReadings: PromptReadings;
  };

/** The contract's lines of this room, each with its use-case. */
export function makeHandlers(deps: RouteDeps): Handlers<RoomRouteNames<'generation'>> {
  const { database, hub, figures } = deps;
  const show = async (row: GenerationView) => (await deps.present(database.read, row.account_id, [row]))[0]!;
  return {
    modelList: async () => ({ items: await models.listOfferedModels(deps) }),
    promptRead: ({ actor, ipAddress, params, body }) =>
      deps.promptReadings.read(actor, ipAddress, { modelId: params.id, prompt: body.prompt }),
    wordSuggest: async ({ params, query }) => ({ words: await models.suggestWords(deps, params.id, query.prefix, query.locale) }),
    async generationCreate({ actor, idempotencyKey, body }) {
      const row = await requestGeneration(deps, { accountId: actor.accountId, key: idempotencyKey, input: body });
      figures.requested.inc({ model: row.model_id });
      return show(row);
    },
    liveDraw: ({ actor, ipAddress, body }) => deps.live.draw(actor, ipAddress, body),
    upscalerList: async () => ({ items: await models.listUpscalers(deps) }),
    async imageUpscale({ actor, idempotencyKey, params, body }) {
      const row = await requestUpscale(deps, {
        accountId: actor.accountId,
        key: idempotencyKey,
        imageId: params.id,
        input: body,
      });
      figures.requested.inc({ model: row.model_id });
      return show(row);
    },
    generationList: ({ actor, query }) => listPage(deps, actor.accountId, query),
    async generationRead({ actor, params }) {
      const row = await readGeneration(database.read, actor.accountId, params.id);
      if (!row) throw new Failure('not_found');
      return show(row);
    },
    generationCancel: async ({ actor, params }) => show(await cancelGeneration(deps, actor.accountId, params.id)),
    generationRetry: async ({ actor, params }) => show(await retryGeneration(deps, actor.accountId, params.id)),
    eventStream: ({ actor, request, reply }) => hub.open(actor, request, reply),
    adminModelList: () => models.listAllModels(deps),
    adminModelCreate: ({ actor, body }) => models.addModel(deps, actor, body),
    adminModelUpdate: ({ actor, params, body }) => models.changeModel(deps, actor, params.id, body),
    adminQueueRead: () => readQueueReport(deps),
  };
}

/** Ids grow with time, so the last id of a page is the place where the next begins. */
async function listPage(
  deps: RouteDeps,
  accountId: string,
  query: { cursor?: string | undefined; limit: number; state?: 'active' | 'ended' | undefined },
) {
  const rows = await listGenerations(deps.database.read, {
    accountId,
    before: readIdCursor(query.cursor),
    state: query.state ?? 'any',
    limit: query.limit + 1,
  });
  const page = rows.slice(0, query.limit);
  const more = rows.length > query.limit;
  return { items: await deps.present(deps.database.read, accountId, page), nextCursor: more ? page.at(-1)!.id : null };
}
