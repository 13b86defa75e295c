import type { ImageEngine } from '@rendermart/engine';
import { type Accounts, makeAccounts } from '../accounts/index.ts';
import { type Generation, makeGeneration } from '../generation/index.ts';
import { type Library, makeLibrary } from '../library/index.ts';
import {
  type Database, type Listener, type Log, type Registry, type Storage, type TaskQueue,
  makeLog, openDatabase, openListener, openStorage, openTasks, schemaState, systemClock, uuidV7,
} from '../platform/index.ts';
import { ConfigError, type Config } from './config.ts';
import { openEngines } from './engines.ts';
import { builtInModels } from './models.ts';
