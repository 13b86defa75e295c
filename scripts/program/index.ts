/** Runs the real program as processes: `npm start`, the browser tests and the benchmarks all start it here. */
export { freePort, isPortFree } from './ports.ts';
export { describeExit, startPart, type Part, type PartExit, type StartPart } from './part.ts';
export { type Errand, runErrand, runMigrations, startApi, startWorker } from './roles.ts';
export { buildPage, pageDir } from './page.ts';
export { root } from './root.ts';
