import { root } from './program/index.ts';
import { checkWalls } from './walls/check.ts';

/** `node scripts/walls.ts`: every import that goes through a wall. */
const breaches = checkWalls(root);
for (const breach of breaches) console.error(breach);
process.exit(breaches.length === 0 ? 0 : 1);
