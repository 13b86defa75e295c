import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Generation } from '@rendermart/contract';
import { ApiFailure, type Client, makeClient } from '@rendermart/client';
import { readArguments, usage, UsageError } from './generate/arguments.ts';
import { findApiKey, forgetApiKey } from './generate/credentials.ts';
import { drawProgress } from './generate/progress.ts';

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

/** Reads the event stream until the generation has ended; Ctrl-C cancels it on the server too. */
async function follow(client: Client, accepted: Generation, cancelled: AbortSignal): Promise<Generation> {
  const stop = new AbortController();
  let latest = accepted;
  cancelled.addEventListener(
    'abort',
    () => void client.generationCancel({ params: { id: accepted.id } }).catch(() => stop.abort()),
    { once: true },
  );
  drawProgress(latest);
  for await (const event of client.events({ signal: stop.signal })) {
    // The stream began after the request: what happened in between is read once.
    if (event.type === 'hello') latest = await client.generationRead({ params: { id: accepted.id } });
    else if (event.type === 'generation' && event.generation.id === accepted.id) latest = event.generation;
    drawProgress(latest);
    if (latest.finishedAt !== null) stop.abort();
  }
  return latest;
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
