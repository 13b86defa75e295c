import { runSteps } from './checks/run-steps.ts';
import { formatStep, lintStep, lockStep, openApiStep, testStep, tidyStep, typesStep, wallsStep } from './checks/steps.ts';

/** `npm run check`: what is quick, for while you write. */
await runSteps([
  typesStep,
  lintStep,
  formatStep,
  wallsStep,
  openApiStep,
  lockStep,
  tidyStep,
  testStep('unit tests', ['unit', 'page']),
]);
