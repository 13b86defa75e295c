import { EngineError, engineSpecVersion } from '@rendermart/engine';
import type { ImageEngine } from '@rendermart/engine';

/** Every engine, by name. Each is imported when it is opened, so that an engine that is not used costs nothing. */
const engines: Record<string, (configuration: unknown) => Promise<ImageEngine>> = {
  local: async (configuration) => (await import('./local/index.ts')).openLocalEngine(configuration),
  openai: async (configuration) => (await import('./openai/index.ts')).openOpenAiEngine(configuration),
  fake: async (configuration) => (await import('./fake/index.ts')).openFakeEngine(configuration),
};

/** The names that `openEngine` knows. `fake` is for tests: never offer it as a choice. */
export const engineNames: readonly string[] = Object.keys(engines);

/**
 * Opens an engine: `openEngine('local', { modelsFolder, threads })`, `openEngine('openai', { baseUrl, apiKey })`,
 * `openEngine('fake', { stepMs })`. Throws `misconfigured`, naming the environment variable that is wrong.
 */
export async function openEngine(name: string, configuration: Record<string, unknown> = {}): Promise<ImageEngine> {
  const open = Object.hasOwn(engines, name) ? engines[name] : undefined;
  if (!open) throw new EngineError('misconfigured', `There is no engine ${name}. Engines: ${engineNames.join(', ')}.`);
  const engine = await open(configuration);
  const version: number = engine.specVersion;
  if (version === engineSpecVersion) return engine;
  await engine.close();
  throw new EngineError(
    'misconfigured',
    `The engine ${name} speaks version ${version} of the specification, this platform ${engineSpecVersion}`,
  );
}
