export { chosenBy, inStyleOf } from './chance.ts';
export { drawPlans } from './draw.ts';
export type { Drawing } from './draw.ts';
export { foldPrompt } from './folding.ts';
export { asOneOfKind } from './kinds.ts';
export { lexiconOf } from './lexicon.ts';
export { planPrompt } from './plan.ts';
export type { Plan } from './plan.ts';
export type { Thing } from './things.ts';
