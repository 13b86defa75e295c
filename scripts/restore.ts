import { runOwnRestore } from './backup/restore.ts';

/** `npm run restore -- --out DIR`: brings the newest backup of that folder back, in a new database. */
process.exitCode = await runOwnRestore();
