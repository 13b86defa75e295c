import { join, resolve } from 'node:path';
import type { Config } from './config.ts';

/** Where models stand that administrators added. */
export const addedModelsFolder = (config: Config): string =>
  resolve(
    canAddModels(config) && config.ADDED_MODELS_DIR !== undefined ? config.ADDED_MODELS_DIR : join(config.DATA_DIR, 'models'),
  );

/** Whether administrators may add any: not where copies of the program have no disk that they share. */
export const canAddModels = (config: Config): boolean => config.ADDED_MODELS_DIR !== 'off';

/** Where operators put folders that administrators may import. */
export const importFolder = (config: Config): string => resolve(config.IMPORT_DIR ?? join(config.DATA_DIR, 'import'));
