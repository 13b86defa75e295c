import { EngineError, engineSpecVersion } from '@rendermart/engine';
import type { EngineEvent, EngineJob, ImageEngine, Picture } from '@rendermart/engine';
import { OpenAI } from 'openai';
import { z } from 'zod';
import { parseConfiguration } from '../configuration.ts';
import { unsupportedWarnings } from '../warnings.ts';
import { bodyWarnings } from './body.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { callOnce, callStreaming } from './calls.ts';
import type { Call, SentPicture } from './calls.ts';
import { toEngineError } from './failure.ts';
import { fetchPicture } from './fetch-picture.ts';
import { capabilitiesOf, readOptions } from './options.ts';
import { onBackground, readPicture } from './pictures.ts';

const OpenAiConfiguration = z.strictObject({
  baseUrl: z.url({ protocol: /^https?$/, error: 'must be an address such as https://api.openai.com/v1' }),
  apiKey: z.string().min(1).optional(),
  /** The largest answer that is read: four 4K pictures in base64 fit in the default. */
  maxAnswerBytes: z
    .int()
    .min(1024)
    .default(128 * 1024 * 1024),
});
type OpenAiConfiguration = z.output<typeof OpenAiConfiguration>;
const variables = { baseUrl: 'OPENAI_BASE_URL', apiKey: 'OPENAI_API_KEY', maxAnswerBytes: 'OPENAI_MAX_ANSWER_BYTES' };

interface Session extends Call {
  configuration: OpenAiConfiguration;
}

async function receive({ b64_json: base64, url }: SentPicture, { configuration, options, signal }: Session): Promise<Picture> {
  if (base64) return readPicture(Buffer.from(base64, 'base64'));
  if (!url) throw new EngineError('engine_failed', 'The server answered with an image that has neither bytes nor an address');
  const { baseUrl, maxAnswerBytes } = configuration;
  // Whoever keeps the pictures may be another server, and may fall silent as the one that draws may.
  const limited = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]);
  const source = { trustedOrigin: new URL(baseUrl).origin, maxBytes: maxAnswerBytes, signal: limited };
  return readPicture(await fetchPicture(url, source));
}

function* sizeWarning(job: EngineJob, { width, height }: Picture): Generator<EngineEvent> {
  if (width === job.width && height === job.height) return;
  const message = `${job.model.name} drew ${width}×${height} pixels instead of ${job.width}×${job.height}.`;
  yield { type: 'warning', warning: { code: 'setting_changed', setting: 'size', message } };
}

async function* finish(sent: SentPicture, index: number, session: Session): AsyncGenerator<EngineEvent> {
  const { job, options } = session;
  const received = await receive(sent, session);
  const onColour = options.transparentBackground && job.background?.startsWith('#');
  const picture = onColour ? await onBackground(received, job.background!) : received;
  yield* sizeWarning(job, picture);
  yield { type: 'image', index, seed: job.seeds[index]!, picture };
}

async function* drawTogether(session: Session, offset: number): AsyncGenerator<EngineEvent> {
  const pictures = await callOnce(session);
  const count = session.seeds.length;
  for (const [position, sent] of pictures.slice(0, count).entries()) yield* finish(sent, offset + position, session);
  if (pictures.length < count) throw new EngineError('engine_failed', `The server drew ${pictures.length} of ${count} images`);
}

async function* drawStreaming(session: Session, index: number): AsyncGenerator<EngineEvent> {
  const perImage = session.options.partialImages + 1;
  const steps = session.job.seeds.length * perImage;
  const progress = (step: number): EngineEvent => ({ type: 'progress', step: Math.min(step, (index + 1) * perImage), steps });
  yield progress(index * perImage);
  let partials = 0;
  for await (const { type, picture } of callStreaming(session)) {
    if (type === 'completed') {
      yield progress((index + 1) * perImage);
      yield* finish(picture, index, session);
    } else {
      yield { type: 'preview', index, picture: await receive(picture, session) };
      yield progress(index * perImage + ++partials);
    }
  }
}

async function* draw(session: Session): AsyncGenerator<EngineEvent> {
  const { job, options, signal } = session;
  const capabilities = capabilitiesOf(options);
  for (const warning of [...unsupportedWarnings(job, capabilities), ...bodyWarnings(job, options)])
    yield { type: 'warning', warning };
  for (let offset = 0; offset < job.seeds.length; offset += capabilities.imagesPerCall) {
    signal.throwIfAborted();
    const call = { ...session, seeds: job.seeds.slice(offset, offset + capabilities.imagesPerCall) };
    yield* options.partialImages > 0 ? drawStreaming(call, offset) : drawTogether(call, offset);
  }
}

/** The SDK reads the environment for what it is not given; everything is given, so that only the configuration counts. */
function makeClient({ baseUrl, apiKey, maxAnswerBytes }: OpenAiConfiguration): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    // Trying again is the platform's decision: it knows the deadline and the other jobs.
    maxRetries: 0,
    fetch: boundedFetch(maxAnswerBytes, apiKey !== undefined),
  });
}

/**
 * Any server with the OpenAI Images API: OpenAI itself, vLLM-Omni, SGLang, LocalAI, stable-diffusion.cpp. Prompts and
 * source images leave this machine. What a model can do stands in its row's options (`OpenAiOptions`).
 * @param configuration `{ baseUrl, apiKey?, maxAnswerBytes? }`
 */
export function openOpenAiEngine(input: unknown): ImageEngine {
  const configuration = parseConfiguration(OpenAiConfiguration, input, variables);
  const client = makeClient(configuration);
  const closed = new AbortController();
  return {
    name: 'openai',
    specVersion: engineSpecVersion,
    describe: async (model) => capabilitiesOf(readOptions(model)),
    async *generate(job, outerSignal) {
      if (closed.signal.aborted) throw new EngineError('engine_lost', 'The engine is closed');
      const signal = AbortSignal.any([outerSignal, closed.signal]);
      try {
        yield* draw({ client, configuration, job, options: readOptions(job.model), seeds: job.seeds, signal });
        outerSignal.throwIfAborted();
      } catch (error) {
        throw toEngineError(error, outerSignal, configuration.apiKey);
      }
    },
    async close() {
      closed.abort();
    },
  };
}
