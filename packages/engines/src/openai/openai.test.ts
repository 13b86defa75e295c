import type { EngineEvent, EngineJob, ImageEngine } from '@rendermart/engine';
import { testConformance } from '@rendermart/engine/conformance';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../index.ts';
import { plainPrompt } from './body.ts';
import { kindOfFailure, retryAfterMs } from './failure.ts';
import { openOpenAiEngine } from './index.ts';
import { asEditMask } from './pictures.ts';
import { startWireServer } from './testing/wire-server.ts';

let server: Awaited<ReturnType<typeof startWireServer>>;
let engine: ImageEngine;
const apiKey = 'sk-test-of-a-secret';
const open = async () => openOpenAiEngine({ baseUrl: `${server.origin}/v1`, apiKey, maxAnswerBytes: 4 * 1024 * 1024 });
beforeAll(async () => {
  server = await startWireServer();
  engine = await open();
});
afterAll(async () => {
  await engine.close();
  await server.close();
});

const plain = { name: 'gpt-image-2', options: {} };
const everything = {
  name: 'some-model',
  options: {
    sendSeed: true,
    sendNegativePrompt: true,
    transparentBackground: true,
    edits: true,
    sendStrength: true,
    steps: { min: 1, max: 50, default: 20 },
    guidanceScale: { min: 1, max: 20, default: 7 },
  },
};
const streaming = { name: 'gpt-image-2', options: { partialImages: 2, edits: true } };

const failures = [
  ['rate-limit', 'rate_limited'],
  ['queue-full', 'rate_limited'],
  ['billing', 'provider_credit'],
  ['quota', 'provider_credit'],
  ['moderated', 'refused_prompt'],
  ['bad-size', 'invalid_request'],
  ['bad-key', 'misconfigured'],
  ['bare', 'invalid_request'],
  ['loading', 'no_capacity'],
  ['gateway', 'engine_lost'],
  ['html', 'misconfigured'],
  ['broken', 'engine_failed'],
  ['nonsense', 'engine_failed'],
  ['not-json', 'engine_lost'],
  ['no-image', 'engine_failed'],
  ['gif', 'engine_failed'],
  ['no-bytes', 'engine_failed'],
  ['huge', 'engine_failed'],
  ['cut', 'engine_lost'],
  ['no-answer', 'engine_lost'],
  ['redirect', 'engine_lost'],
] as const;
const streamFailures = [
  ['stream-ends', 'engine_lost'],
  ['stream-cut', 'engine_lost'],
  ['stream-error', 'refused_prompt'],
  ['rate-limit', 'rate_limited'],
] as const;
const asJobs = (list: readonly (readonly [string, (typeof failures | typeof streamFailures)[number][1]])[]) =>
  list.map(([prompt, kind]) => ({ name: prompt, job: { prompt }, kind }));

testConformance(
  { describe, it },
  {
    title: 'openai with OpenAI’s own model',
    open,
    model: plain,
    prompt: 'a red fox',
    slow: { prompt: 'hang' },
    failures: asJobs(failures),
  },
);
testConformance(
  { describe, it },
  { title: 'openai with a server that takes everything', open, model: everything, prompt: 'a red fox', slow: { prompt: 'hang' } },
);
testConformance(
  { describe, it },
  {
    title: 'openai with streaming',
    open,
    model: streaming,
    prompt: 'a red fox',
    slow: { prompt: 'hang-stream' },
    failures: asJobs(streamFailures),
  },
);

const never = new AbortController().signal;
const job = (changes: Partial<EngineJob>): EngineJob => ({
  model: plain,
  prompt: 'a red fox',
  negativePrompt: '',
  width: 1024,
  height: 1024,
  steps: null,
  guidanceScale: null,
  seeds: [3],
  background: null,
  source: null,
  ...changes,
});
const draw = (changes: Partial<EngineJob>, use = engine): Promise<EngineEvent[]> =>
  Array.fromAsync(use.generate(job(changes), never));
const failureOf = (changes: Partial<EngineJob>) =>
  draw(changes).then(
    () => undefined,
    (error: unknown) => error,
  );
const types = (events: EngineEvent[]) => events.map(({ type }) => type);

describe('what is sent', () => {
  it('is what OpenAI’s models take, and nothing else', async () => {
    await draw({ seeds: [3, 4] });
    const { path, fields, headers } = server.received.at(-1)!;
    expect({ path, fields }).toEqual({
      path: '/v1/images/generations',
      fields: { model: 'gpt-image-2', prompt: 'a red fox', n: 2, size: '1024x1024' },
    });
    expect(headers.authorization).toBe(`Bearer ${apiKey}`);
  });

  it.each(['gpt-image-2', 'chatgpt-image-latest'])('asks %s for no form of the answer, which it refuses', async (name) => {
    await draw({ model: { name, options: {} } });
    expect(server.received.at(-1)!.fields).not.toHaveProperty('response_format');
  });

  it('holds what other servers take, where the options say so', async () => {
    await draw({ model: everything, negativePrompt: 'rain', steps: 12, guidanceScale: 4, seeds: [0], background: '#ff0000' });
    expect(server.received.at(-1)!.fields).toEqual({
      model: 'some-model',
      prompt: 'a red fox',
      n: 1,
      size: '1024x1024',
      response_format: 'b64_json',
      seed: 0,
      negative_prompt: 'rain',
      num_inference_steps: 12,
      guidance_scale: 4,
      background: 'transparent',
    });
  });

  it('is a form with the picture for a source image', async () => {
    const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const source = { picture: { bytes, mediaType: 'image/png', width: 8, height: 8 } as const, denoisingStrength: 1 };
    expect(types(await draw({ model: streaming, source }))).toEqual([
      'progress',
      'preview',
      'progress',
      'preview',
      'progress',
      'progress',
      'image',
    ]);
    const { path, files, fields } = server.received.at(-1)!;
    expect(path).toBe('/v1/images/edits');
    expect(files).toEqual([`image source.png image/png ${bytes.length}`]);
    expect(fields).toMatchObject({ prompt: 'a red fox', stream: 'true', partial_images: '2' });
  });

  it('is a form with a mask that is transparent where the source is drawn anew', async () => {
    const plain = (background: string) =>
      sharp({ create: { width: 8, height: 8, channels: 3, background } })
        .png()
        .toBuffer();
    const white = {
      input: await sharp(await plain('#fff'))
        .extract({ left: 0, top: 0, width: 4, height: 8 })
        .png()
        .toBuffer(),
    };
    const maskBytes = await sharp(await plain('#000'))
      .composite([{ ...white, left: 0, top: 0 }])
      .png()
      .toBuffer();
    const mask = { bytes: maskBytes, mediaType: 'image/png', width: 8, height: 8 } as const;
    const source = { picture: { ...mask, bytes: await plain('red') }, denoisingStrength: 1, mask };
    const model = { name: 'gpt-image-2', options: { edits: true, masks: true } };
    await draw({ model, source });
    expect(server.received.at(-1)!.files).toEqual([
      expect.stringMatching(/^image source\.png/),
      expect.stringMatching(/^mask mask\.png/),
    ]);
    const data = await sharp((await asEditMask(mask)).bytes)
      .raw()
      .toBuffer();
    // The four on the left are white as well, for servers that read brightness instead of alpha.
    const pixels = Array.from({ length: 8 }, (_, x) => data.readUInt32BE(x * 4).toString(16));
    expect(pixels).toEqual([...Array(4).fill('ffffff00'), ...Array(4).fill('ff')]);
  });

  it('has no key when none is configured', async () => {
    const keyless = openOpenAiEngine({ baseUrl: `${server.origin}/v1` });
    await draw({}, keyless);
    await keyless.close();
    expect(server.received.at(-1)!.headers.authorization).toBeUndefined();
  });

  it('holds no engine syntax of the prompt', async () => {
    const events = await draw({ prompt: 'fox <sd_cpp_extra_args>{"lora":"/etc/passwd"}</sd_cpp_extra_args>' });
    expect(server.received.at(-1)!.fields['prompt']).toBe('fox');
    expect(events[0]).toMatchObject({ type: 'warning', warning: { setting: 'prompt' } });
  });
});

describe('what is received', () => {
  it('streams previews before the image', async () => {
    const events = await draw({ model: streaming });
    expect(types(events)).toEqual(['progress', 'preview', 'progress', 'preview', 'progress', 'progress', 'image']);
    expect(events.flatMap((event) => (event.type === 'progress' ? [event.step] : []))).toEqual([0, 1, 2, 3]);
  });

  it('lies on the colour that was asked for, or on none', async () => {
    const cornerOf = async (background: string) => {
      const [image] = (await draw({ model: everything, prompt: 'clear', background, width: 8, height: 8 })).filter(
        ({ type }) => type === 'image',
      );
      return [
        ...(await sharp((image as { picture: { bytes: Uint8Array } }).picture.bytes)
          .raw()
          .toBuffer()),
      ].slice(0, 4);
    };
    expect((await cornerOf('#ff8000')).slice(0, 3)).toEqual([255, 128, 0]);
    expect(await cornerOf('transparent')).toEqual([0, 0, 0, 0]);
  });

  it('comes with a warning when its size is another', async () => {
    expect(await draw({ prompt: 'other-size' })).toMatchObject([
      { type: 'warning', warning: { code: 'setting_changed', setting: 'size' } },
      { type: 'image', picture: { width: 64, height: 32 } },
    ]);
  });

  it('is kept when the server draws too few', async () => {
    const seen: string[] = [];
    const drawing = (async () => {
      for await (const event of engine.generate(job({ prompt: 'too-few', seeds: [1, 2] }), never)) seen.push(event.type);
    })();
    await expect(drawing).rejects.toMatchObject({ kind: 'engine_failed', message: expect.stringContaining('1 of 2') });
    expect(seen).toEqual(['image']);
  });
});

describe('failures', () => {
  it('carry the server’s wait, its field and its words', async () => {
    expect(await failureOf({ prompt: 'rate-limit' })).toMatchObject({ retryAfterMs: 7000 });
    expect(await failureOf({ prompt: 'bad-size' })).toMatchObject({ field: 'size' });
    expect(await failureOf({ prompt: 'bare' })).toMatchObject({ message: '400 prompt required' });
    expect(await failureOf({ prompt: 'huge' })).toMatchObject({ message: expect.stringContaining('larger than 4194304 bytes') });
  });

  it('are left to the platform to try again', async () => {
    const before = server.received.length;
    await failureOf({ prompt: 'broken' });
    expect(server.received.length).toBe(before + 1);
  });

  it('never quote a key', async () => {
    const error = (await failureOf({ prompt: 'bad-key' })) as Error;
    expect(error.message).toContain('(key)');
    expect(error.message).not.toContain('sk-');
  });

  it('close the connection of a job that was aborted', async () => {
    const before = server.aborted;
    const abort = new AbortController();
    const drawing = Array.fromAsync(engine.generate(job({ prompt: 'hang' }), abort.signal)).catch((error: unknown) => error);
    await expect.poll(() => server.received.at(-1)?.fields['prompt']).toBe('hang');
    abort.abort();
    expect(await drawing).toMatchObject({ kind: 'cancelled' });
    await expect.poll(() => server.aborted).toBe(before + 1);
  });

  it('end a hanging job when the engine is closed, or its time is over', async () => {
    const own = await open();
    const closing = draw({ prompt: 'hang' }, own).catch((error: unknown) => error);
    await expect.poll(() => server.received.at(-1)?.fields['prompt']).toBe('hang');
    await own.close();
    expect(await closing).toMatchObject({ kind: 'engine_lost' });
    expect(await failureOf({ prompt: 'hang', model: { name: 'm', options: { timeoutMs: 1000 } } })).toMatchObject({
      kind: 'engine_lost',
    });
  });

  it('end a stream that is only kept alive, and say why', async () => {
    const before = server.aborted;
    const model = { name: 'gpt-image-2', options: { partialImages: 2, timeoutMs: 1000 } };
    expect(await failureOf({ prompt: 'comments-only', model })).toMatchObject({
      kind: 'engine_lost',
      message: expect.stringMatching(/within 1 s.*timeoutMs/),
    });
    await expect.poll(() => server.aborted).toBe(before + 1);
  });

  it('end an answer that is begun and never finished, and say why', async () => {
    const model = { name: 'm', options: { timeoutMs: 1000 } };
    expect(await failureOf({ prompt: 'half-answer', model })).toMatchObject({
      kind: 'engine_lost',
      message: expect.stringMatching(/within 1 s/),
    });
  });

  it.each([
    [{ status: 400, code: '', message: 'x' }, 'invalid_request'],
    [{ status: 422, code: '', message: 'x' }, 'invalid_request'],
    [{ status: 402, code: '', message: 'x' }, 'provider_credit'],
    [{ status: 410, code: '', message: 'gone' }, 'model_retired'],
    [{ status: 404, code: '', message: 'model x not found' }, 'model_retired'],
    [{ status: 403, code: '', message: 'x' }, 'misconfigured'],
    [{ status: 400, code: 'content_policy_violation', message: 'x' }, 'refused_prompt'],
    [{ status: 400, code: 'moderation_blocked', message: 'The generated image was blocked' }, 'refused_output'],
    [{ status: undefined, code: '', message: 'x' }, 'engine_failed'],
    [{ status: 504, code: '', message: 'x' }, 'engine_lost'],
  ] as const)('%o is %s', (failure, kind) => expect(kindOfFailure({ field: undefined, ...failure })).toBe(kind));

  it.each([
    ['7', 7000],
    ['0.5', 500],
    ['Thu, 01 Jan 1970 00:00:09 GMT', 8000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('Retry-After %s', (header, ms) => {
    expect(retryAfterMs(header, 1000)).toBe(ms);
  });
});

describe('pictures by address', () => {
  const fetched = (address: string) =>
    failureOf({ prompt: 'url', model: { ...everything, options: { sendNegativePrompt: true } }, negativePrompt: address });

  it('are fetched from the configured server, also by a relative path', async () => {
    expect(await fetched(`${server.origin}/picture.png`)).toBeUndefined();
    expect(await fetched('/picture.png')).toBeUndefined();
    expect(await fetched(`/redirect?to=${encodeURIComponent(`${server.origin}/picture.png`)}`)).toBeUndefined();
  });

  it.each(['/silent.png', '/half.png'])('%s is given up when the time of the model is over', async (address) => {
    const model = { name: 'm', options: { sendNegativePrompt: true, timeoutMs: 1000 } };
    expect(await failureOf({ prompt: 'url', model, negativePrompt: address })).toMatchObject({ kind: 'engine_lost' });
  });

  it.each([
    ['another port of this machine', (port: string) => `http://127.0.0.1:${Number(port) + 1}/picture.png`],
    ['this machine by name', (port: string) => `http://localhost:${port}/picture.png`],
    ['this machine in IPv6', (port: string) => `http://[::1]:${port}/picture.png`],
    ['this machine as a number', (port: string) => `http://2130706433:${Number(port) + 1}/picture.png`],
    ['a cloud’s metadata', () => 'http://169.254.169.254/latest/meta-data'],
    ['a redirect to it', () => '/redirect?to=http%3A%2F%2F169.254.169.254%2F'],
    ['a file', () => 'file:///etc/passwd'],
  ])('are not fetched from %s', async (_, address) => {
    const error = await fetched(address(new URL(server.origin).port));
    expect(error).toMatchObject({ message: expect.stringMatching(/private|not HTTP/) });
  });
});

it.each([
  ['fox', 'fox'],
  ['a <sd_cpp_<sd_cpp_extra_args></sd_cpp_extra_args>extra_args>{}</sd_cpp_extra_args> b', 'a {} b'],
  ['x <SD_CPP_EXTRA_ARGS>{"a":1}', 'x {"a":1}'],
  ['<lora:x:1> fox', '<lora:x:1> fox'],
])('plainPrompt(%j)', (prompt, plain) => {
  expect(plainPrompt(prompt)).toBe(plain);
  expect(plainPrompt(prompt)).not.toMatch(/sd_cpp_extra_args/i);
});

it('names the variable that is wrong', async () => {
  await expect(openEngine('openai', { baseUrl: 'ftp://x' })).rejects.toMatchObject({
    kind: 'misconfigured',
    message: expect.stringContaining('OPENAI_BASE_URL'),
  });
  await expect(engine.describe({ name: 'm', options: { quality: 'best' } }, never)).rejects.toMatchObject({
    message: expect.stringContaining('options.quality'),
  });
});
