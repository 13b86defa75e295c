import { runSteps } from './checks/run-steps.ts';
import {
  formatStep,
  lintStep,
  lockStep,
  noticeStep,
  openApiStep,
  pageStep,
  testStep,
  tidyStep,
  typesStep,
  wallsStep,
} from './checks/steps.ts';

/** `npm test`: everything that CI asks for, browsers included. */
await runSteps([
  ...[typesStep, lintStep, formatStep, wallsStep, openApiStep, lockStep, noticeStep, tidyStep],
  testStep('unit and integration tests', ['unit', 'integration', 'page']),
  pageStep,
  testStep('browser tests', ['e2e']),
]);
