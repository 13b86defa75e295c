import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Generation } from '@rendermart/contract';
import { ApiFailure, type Client, makeClient } from '@rendermart/client';
import { readArguments, usage, UsageError } from './generate/arguments.ts';
import { findApiKey, forgetApiKey } from './generate/credentials.ts';
import { follow } from './generate/follow.ts';

/** Makes images from the terminal through the same API as the page. */
async function main(): Promise<void> {
  const wish = readArguments(process.argv.slice(2));
  if (wish === 'help') {
    console.log(usage);
    return;
  }
  const client = makeClient({ baseUrl: wish.baseUrl, apiKey: await findApiKey(wish.baseUrl) });
  const cancel = new AbortController();
  process.once('SIGINT', () => cancel.abort());
  const accepted = await client
    .generationCreate({ body: wish.input, idempotencyKey: randomUUID() })
    .catch((error: unknown) => forgetKeyThatDied(wish.baseUrl, error));
  const ended = await follow(client, accepted, cancel.signal);
  for (const warning of ended.warnings) console.error(`Note: ${warning.message}`);
  await save(client, ended, wish.out);
  if (ended.failure) throw new Error(ended.failure.message);
  if (ended.state !== 'succeeded') throw new Error(`The generation was ${ended.state}.`);
}

async function forgetKeyThatDied(baseUrl: string, error: unknown): Promise<never> {
  if (error instanceof ApiFailure && error.status === 401) await forgetApiKey(baseUrl);
  throw error;
}

async function save(client: Client, generation: Generation, out: string): Promise<void> {
  for (const [index, image] of generation.images.entries()) {
    const path = generation.images.length === 1 ? out : out.replace(/(\.\w+)?$/, `-${index + 1}$1`);
    const file = await client.imageFile({ params: { id: image.id }, query: { download: true } });
    await writeFile(path, Buffer.from(await file.arrayBuffer()));
    console.log(`${path}  ${image.width}×${image.height}, seed ${image.recipe?.seed ?? generation.seed}`);
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
  else if (error instanceof ApiFailure && error.code === 'unreachable')
    console.error('RenderMart does not answer. Start it with: npm start');
  else if (error instanceof ApiFailure)
    console.error([error.message, ...error.issues.map((issue) => `  ${issue.field}: ${issue.message}`)].join('\n'));
  else console.error((error as Error).message);
  process.exitCode = 1;
}
