import { resolve } from 'node:path';
import { EngineError, type ImageEngine } from '@rendermart/engine';
import { openEngine } from '@rendermart/engines';
import { ConfigError, type Config } from './config.ts';
import { addedModelsFolder } from './folders.ts';

/** Opens the engines that the configuration names; one that is named but not configured is left out, except that none at all is an error. */
export async function openEngines(config: Config): Promise<Map<string, ImageEngine>> {
  const engines = new Map<string, ImageEngine>();
  for (const name of config.ENGINES) {
    const settings = settingsOf(name, config);
    if (settings !== null) engines.set(name, await open(name, settings));
  }
  if (engines.size === 0) throw new ConfigError('ENGINES names no engine that is configured. Use for example: ENGINES=local');
  return engines;
}

function settingsOf(name: string, config: Config): Record<string, unknown> | null {
  if (name === 'local')
    return {
      modelsFolder: resolve(config.MODELS_DIR),
      addedModelsFolder: addedModelsFolder(config),
      ...(config.ENGINE_THREADS === undefined ? {} : { threads: config.ENGINE_THREADS }),
      ...(config.ENGINE_MEMORY_BYTES === undefined ? {} : { memoryLimitBytes: config.ENGINE_MEMORY_BYTES }),
    };
  if (name === 'openai')
    return config.OPENAI_BASE_URL === undefined && config.OPENAI_API_KEY === undefined ? null : openAiSettings(config);
  if (name === 'fake') return { stepMs: config.FAKE_ENGINE_STEP_MS };
  throw new ConfigError(`ENGINES names ${name}, which does not exist. Known engines: local, openai.`);
}

function openAiSettings(config: Config): Record<string, unknown> {
  return {
    baseUrl: config.OPENAI_BASE_URL ?? 'https://api.openai.com/v1',
    ...(config.OPENAI_API_KEY === undefined ? {} : { apiKey: config.OPENAI_API_KEY }),
    ...(config.OPENAI_MAX_ANSWER_BYTES === undefined ? {} : { maxAnswerBytes: config.OPENAI_MAX_ANSWER_BYTES }),
  };
}

async function open(name: string, settings: Record<string, unknown>): Promise<ImageEngine> {
  try {
    return await openEngine(name, settings);
  } catch (error) {
    if (EngineError.isInstance(error) && error.kind === 'misconfigured')
      throw new ConfigError(`The engine ${name} cannot start: ${error.message}`);
    throw error;
  }
}
