import type { PromptReading } from '@rendermart/contract';
import { type Actor, Failure, type LimitRule, makeRateLimits } from '../platform/index.ts';
import { type ModelDeps, asking, findVocabulary } from './models.ts';
import { refusePrompt } from './rules.ts';

/**
 * A page asks whenever the typing pauses, at most three times a second. The search for the words that are nearest to unknown ones takes
 * the process that answers everybody.
 */
const readingLimit = {
  promptRead: { account: { tries: 240, perSeconds: 60 }, address: { tries: 2_400, perSeconds: 60 } },
} as const satisfies Record<string, LimitRule>;

export interface PromptReadings {
  /** How a model understands a prompt; null when its vocabulary is open. */
  read(actor: Actor, ipAddress: string, asked: { modelId: string; prompt: string }): Promise<PromptReading | null>;
}

export function makePromptReadings(deps: ModelDeps): PromptReadings {
  const limits = makeRateLimits(deps.database, readingLimit);
  return {
    async read(actor, ipAddress, { modelId, prompt }) {
      await limits.count('promptRead', { account: actor.accountId, ipAddress });
      const { row, engine } = await findVocabulary(deps, modelId);
      const refusal = refusePrompt('prompt', prompt, row.capabilities);
      if (refusal) throw new Failure(refusal.code, { field: refusal.field, message: refusal.message });
      if (!row.capabilities.vocabulary || !engine.readPrompt) return null;
      return asking(() => engine.readPrompt!({ name: row.engine_model, options: row.options }, prompt));
    },
  };
}
