export { engineNames, openEngine } from './registry.ts';
