export * from './spec.ts';
export * from './errors.ts';
