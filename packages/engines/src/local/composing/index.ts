export { drawPlans } from './draw.ts';
export type { Drawing } from './draw.ts';
export { foldPrompt, lexiconOf } from './lexicon.ts';
export { planPrompt } from './plan.ts';
export { roseAsColour } from './rose.ts';
export type { Plan } from './plan.ts';
