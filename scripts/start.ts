import fs from 'node:fs';
import path from 'node:path';
import { buildPage, root } from './program/index.ts';
import { readSettings } from './start/settings.ts';
import { supervise } from './start/supervise.ts';

/** `npm start`: the whole product on this machine, until Ctrl-C. */
const startedAt = performance.now();
const envFile = path.join(root, '.env');
if (fs.existsSync(envFile)) process.loadEnvFile(envFile);

await supervise(await readSettings(), { startedAt, preparePage: buildPage, watch: false });
