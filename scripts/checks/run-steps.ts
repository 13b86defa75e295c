import type { Count, Step } from './steps.ts';

/** Runs all steps, also after one that failed, says what each gave, and ends the process with the sum. */
export async function runSteps(steps: Step[]): Promise<never> {
  const results: (Count & { name: string; seconds: number })[] = [];
  for (const { name, run } of steps) {
    console.log(`\n── ${name} ${'─'.repeat(Math.max(3, 70 - name.length))}`);
    const startedAt = performance.now();
    const count = await run().catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      return { passed: 0, failed: 1 };
    });
    results.push({ name, ...count, seconds: (performance.now() - startedAt) / 1000 });
  }
  console.log('');
  for (const { name, passed, failed, seconds } of results) {
    console.log(
      `${failed > 0 ? 'FAILED' : 'ok    '} ${name.padEnd(40)} ${passed} passed, ${failed} failed   ${seconds.toFixed(1)} s`,
    );
  }
  const faults = results.flatMap((result) => result.faults ?? []);
  if (faults.length > 0) console.log(`\n${faults.map((fault) => `✗ ${fault}`).join('\n')}`);
  const sum = (key: 'passed' | 'failed') => results.reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  process.exit(sum('failed') > 0 ? 1 : 0);
}
