import { EngineError } from '@rendermart/engine';
import type { EngineJob, Picture } from '@rendermart/engine';
import type { OpenAI } from 'openai';
import { toFile } from 'openai';
import { z } from 'zod';
import { bodyOf } from './body.ts';
import type { OpenAiOptions } from './options.ts';
import { asEditMask } from './pictures.ts';

/** A picture as servers send it: its bytes in base64, or an address. */
export const SentPicture = z.object({ b64_json: z.string().nullish(), url: z.string().nullish() });
export type SentPicture = z.infer<typeof SentPicture>;

const Answer = z.object({ data: z.array(SentPicture) });
const Streamed = z.object({ type: z.string(), b64_json: z.string().optional(), partial_image_index: z.int().optional() });

export type SentEvent = { type: 'partial' | 'completed'; picture: SentPicture };

export interface Call {
  client: OpenAI;
  job: EngineJob;
  options: OpenAiOptions;
  seeds: readonly number[];
  signal: AbortSignal;
}

const spareMs = 10_000;

const asFile = (name: string, { bytes, mediaType }: Picture) =>
  toFile(bytes, `${name}.${mediaType.slice('image/'.length)}`, { type: mediaType });

/** Sends the job as JSON to /images/generations, or with its source image as a form to /images/edits. */
async function send({ client, job, options, seeds, signal }: Call): Promise<unknown> {
  const body = bodyOf(job, options, seeds);
  // The signal ends it first: the SDK's own limit ends at the headers, and its error does not say what to do.
  const settings = { signal, timeout: options.timeoutMs + spareMs };
  // The SDK types only OpenAI's own fields; it sends the others as they are.
  if (!job.source || !options.edits) return client.images.generate(body as unknown as OpenAI.ImageGenerateParams, settings);
  const image = await asFile('source', job.source.picture);
  const mask = job.source.mask && options.masks ? await asFile('mask', await asEditMask(job.source.mask)) : undefined;
  return client.images.edit({ ...body, image, ...(mask && { mask }) } as unknown as OpenAI.ImageEditParams, settings);
}

/**
 * Gives a call the time of the model, from the first byte sent to the last one read. The SDK counts it only until the headers, and a
 * server that keeps a stream alive with comments would keep a run for ever.
 */
function inTime(call: Call): { call: Call; explain(error: unknown): unknown } {
  const { timeoutMs } = call.options;
  const over = AbortSignal.timeout(timeoutMs);
  return {
    call: { ...call, signal: AbortSignal.any([call.signal, over]) },
    explain: (error) =>
      over.aborted && !call.signal.aborted
        ? new EngineError(
            'engine_lost',
            `The server did not finish within ${timeoutMs / 1000} s. If the model needs longer, raise options.timeoutMs`,
            { cause: error },
          )
        : error,
  };
}

/** One call that answers once, with all of its pictures. */
export async function callOnce(whole: Call): Promise<SentPicture[]> {
  const { call, explain } = inTime(whole);
  const sent = await send(call).catch((error: unknown) => {
    throw explain(error);
  });
  const answer = Answer.safeParse(sent);
  if (!answer.success)
    throw new EngineError(
      'engine_failed',
      `The server's answer has another form than the Images API: ${z.prettifyError(answer.error)}`,
    );
  return answer.data.data;
}

/** One call that streams the pictures on the way to its one image. Throws `engine_lost` when the stream ends before that. */
export async function* callStreaming(whole: Call): AsyncGenerator<SentEvent> {
  const { call, explain } = inTime(whole);
  try {
    for await (const sent of (await send(call)) as AsyncIterable<unknown>) {
      const event = Streamed.safeParse(sent).data;
      if (event?.type.endsWith('.partial_image')) yield { type: 'partial', picture: event };
      if (!event?.type.endsWith('.completed')) continue;
      yield { type: 'completed', picture: event };
      return;
    }
    // The SDK ends an aborted stream as if it were whole.
    throw new EngineError('engine_lost', 'The server closed the stream before the image was finished');
  } catch (error) {
    throw explain(error);
  }
}
