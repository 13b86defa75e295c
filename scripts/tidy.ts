import { findUntidiness } from './checks/tidy.ts';
import { root } from './program/index.ts';

/** `node scripts/tidy.ts`: words of unfinished work and names that say nothing. */
const complaints = findUntidiness(root);
for (const complaint of complaints) console.error(complaint);
process.exit(complaints.length === 0 ? 0 : 1);
