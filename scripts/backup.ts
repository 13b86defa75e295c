import { runOwnErrand } from './backup/errand.ts';

/** `npm run backup -- --out DIR`: saves the database and the images of this machine's RenderMart. */
process.exitCode = await runOwnErrand('backup');
