import { runOwnErrand } from './backup/errand.ts';

/** `npm run restore-drill -- --out DIR`: restores the newest backup of that folder into a throw-away PostgreSQL, and compares. */
process.exitCode = await runOwnErrand('restore-drill');
