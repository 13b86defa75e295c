import type { AdminModel, Model } from '@rendermart/contract';
import { liveSettingsOf } from './live-rules.ts';
import type { ModelFacts } from './rules.ts';
import type { ModelQueue } from './store-queue.ts';
import type { ModelRow } from './tables.ts';

export function factsOf(row: ModelRow): ModelFacts {
  return {
    id: row.id,
    name: row.name,
    capabilities: row.capabilities,
    enabled: row.enabled,
    lifecycle: row.lifecycle,
    endsOn: row.ends_on,
    successorId: row.successor_id,
  };
}

/** @param isLiveAllowed what the administrators set for the installation */
export function presentModel(row: ModelRow, isLiveAllowed: boolean): Model {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    engine: row.engine,
    capabilities: row.capabilities,
    live: liveSettingsOf(row, isLiveAllowed) !== null,
    lifecycle: row.lifecycle,
    endsOn: row.ends_on,
    successorId: row.successor_id,
    priceCredits: String(row.price_credits),
    isDefault: row.is_default,
  };
}

export function presentAdminModel(
  row: ModelRow,
  queue: Pick<ModelQueue, 'queued' | 'running'>,
  isLiveAllowed: boolean,
): AdminModel {
  return {
    ...presentModel(row, isLiveAllowed),
    enabled: row.enabled,
    engineModel: row.engine_model,
    options: row.options,
    queued: queue.queued,
    running: queue.running,
    createdAt: row.created_at.toISOString(),
  };
}
