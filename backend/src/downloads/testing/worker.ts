import { openDatabase, openTasks, makeLog } from '../../platform/index.ts';
import type { DownloadsConfig } from '../index.ts';
import { runDownload } from '../run.ts';
import { depsOf } from './installation.ts';

/** `node worker.ts URL ID CONFIG`: works on one download in a process of its own, to be killed. */
const [, , url, id, config] = process.argv;
const database = openDatabase({ url: url!, poolSize: 2, applicationName: 'downloads-worker' });
const tasks = await openTasks({ url: url!, log: makeLog({ level: 'silent', role: 'test' }), works: false });
const models = { ids: async () => new Set<string>(), offer: async () => {}, retire: async () => {} };
const deps = depsOf(JSON.parse(config!) as DownloadsConfig, database, { models, tasks });
await runDownload(deps, id!, new AbortController().signal);
