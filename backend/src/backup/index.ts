/** Backups of the database and the images, and drills that restore them. Knows the platform only: what it saves, it counts by the catalogue. */
export { registerBackupMetrics } from './metrics.ts';
