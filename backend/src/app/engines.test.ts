import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EngineJob } from '@rendermart/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { openEngines } from './engines.ts';

let server: Server;
let baseUrl: string;
beforeAll(async () => {
  server = createServer((_, response) => response.end(JSON.stringify({ data: ['x'.repeat(5_000)] })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => void server.close());

/** Draws with the engine that these variables configure, and answers why that failed. */
async function failureOf(engine: string, model: string, environment: Record<string, string>): Promise<unknown> {
  const engines = await openEngines(
    readConfig({
      DATABASE_URL: 'postgres://nobody@127.0.0.1/nothing',
      AUTH_SECRET: 'a secret of this test, used once and thrown away',
      ENGINES: engine,
      ...environment,
    }),
  );
  const opened = engines.get(engine)!;
  const job: EngineJob = {
    model: { name: model, options: {} },
    prompt: 'a red fox',
    negativePrompt: '',
    width: 512,
    height: 512,
    steps: null,
    guidanceScale: null,
    seeds: [1],
    background: null,
    source: null,
  };
  try {
    for await (const _ of opened.generate(job, new AbortController().signal));
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await opened.close();
  }
}

test('OPENAI_MAX_ANSWER_BYTES limits what is read of an answer', async () => {
  expect(await failureOf('openai', 'm', { OPENAI_BASE_URL: baseUrl, OPENAI_MAX_ANSWER_BYTES: '2048' })).toMatchObject({
    message: expect.stringContaining('larger than 2048 bytes'),
  });
});

test('ENGINE_MEMORY_BYTES limits what the models of this machine may take', async () => {
  const MODELS_DIR = new URL('../../../models', import.meta.url).pathname;
  expect(await failureOf('local', 'sticker-one', { MODELS_DIR, ENGINE_MEMORY_BYTES: '1000' })).toMatchObject({
    message: expect.stringContaining('the memory limit is 1000'),
  });
});
