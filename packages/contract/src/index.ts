export * from './accounts.ts';
export * from './failures.ts';
export * from './generation.ts';
export * from './library.ts';
export * from './models.ts';
export * from './primitives.ts';
export * from './route.ts';
export * from './routes.ts';
