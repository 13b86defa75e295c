import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAccessibilityProblems, openBrowser, type TestBrowser } from './browser.ts';
import { startProgram, type RunningProgram } from './harness.ts';

let program: RunningProgram;
let browser: TestBrowser;

beforeAll(async () => {
  [program, browser] = await Promise.all([startProgram(), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

test('the first visitor sees the welcome page of the real program, without a fault', async () => {
  const { page, problems, context } = await browser.visit({ baseUrl: program.baseUrl });
  await page.goto('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await findAccessibilityProblems(page)).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

test('the API answers again after kill -9', async () => {
  await program.killApi();
  await expect(fetch(`${program.baseUrl}/api/health/live`)).rejects.toThrow('fetch failed');
  await program.startApi();
  expect((await fetch(`${program.baseUrl}/api/health/ready`)).status).toBe(200);
});

test('a worker that is killed is gone, and another takes its place', async () => {
  await program.killWorker();
  const worker = await program.addWorker();
  expect(process.kill(worker.pid, 0)).toBe(true);
});
