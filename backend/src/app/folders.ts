import { join, resolve } from 'node:path';
import type { Config } from './config.ts';

/** Where models stand that administrators added. */
export const addedModelsFolder = (config: Config): string => resolve(config.ADDED_MODELS_DIR ?? join(config.DATA_DIR, 'models'));

/** Where operators put folders that administrators may import. */
export const importFolder = (config: Config): string => resolve(config.IMPORT_DIR ?? join(config.DATA_DIR, 'import'));
