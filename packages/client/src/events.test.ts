import { expect, test } from 'vitest';
import { parseMessages, readEvents } from './events.ts';
import { ApiFailure } from './failure.ts';

const generationId = '00000000-0000-4000-8000-000000000001';
const image = (id: string, eventId?: string) =>
  `${eventId ? `id: ${eventId}\n` : ''}data: {"type":"image","imageId":"${id}"}\n\n`;

function streamOf(...chunks: string[]): ReadableStream<Uint8Array> {
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk));
  return new ReadableStream({
    pull(controller) {
      const next = bytes.shift();
      if (next) controller.enqueue(next);
      else controller.close();
    },
  });
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const messagesOf = (...chunks: string[]) => collect(parseMessages(streamOf(...chunks)));

test.each([
  ['LF', 'data: a\n\n'],
  ['CRLF', 'data: a\r\n\r\n'],
  ['CR', 'data: a\r\r\n'],
  ['no space after the colon', 'data:a\n\n'],
])('a message with %s', async (_, text) => {
  expect(await messagesOf(text)).toEqual([{ id: undefined, event: 'message', data: 'a' }]);
});

test('a message may arrive byte by byte, even through a letter and a CRLF', async () => {
  const bytes = new TextEncoder().encode('id: 7\r\ndata: é\r\ndata: ü\r\n\r\n');
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  expect(await collect(parseMessages(stream))).toEqual([{ id: '7', event: 'message', data: 'é\nü' }]);
});

test('comments are heartbeats, ids stay until replaced, an unfinished message is dropped', async () => {
  expect(await messagesOf(': beat\n\nid: 1\ndata: a\n\ndata: b\n\nid: 2\nevent: x\ndata: c\n\ndata: half')).toEqual([
    { id: '1', event: 'message', data: 'a' },
    { id: '1', event: 'message', data: 'b' },
    { id: '2', event: 'x', data: 'c' },
  ]);
});

test('a lost stream is opened again after the last event that was heard', async () => {
  const asked: (string | undefined)[] = [];
  const answers = [streamOf(image('one', '41'), image('two', '42')), streamOf(image('three'))];
  const stop = new AbortController();
  const open = async (_: AbortSignal, headers: Record<string, string>) => {
    asked.push(headers['last-event-id']);
    if (asked.length === 2) throw new ApiFailure('unreachable', 'gone');
    return new Response(answers.shift());
  };
  const heard: string[] = [];
  for await (const event of readEvents(open, { signal: stop.signal, retryMs: { first: 1, most: 2 } })) {
    if (event.type === 'image') heard.push(event.imageId);
    if (heard.length === 3) stop.abort();
  }
  expect(heard).toEqual(['one', 'two', 'three']);
  expect(asked).toEqual([undefined, '42', '42']);
});

test('it says when it is connected and when it is not', async () => {
  const stop = new AbortController();
  const states: string[] = [];
  let opened = 0;
  const open = async () =>
    ++opened === 1
      ? new Response(streamOf(image(generationId, '1')))
      : Promise.reject(new ApiFailure('unavailable', 'restarting', { status: 503 }));
  for await (const _ of readEvents(open, {
    signal: stop.signal,
    retryMs: { first: 1, most: 1 },
    onState: (state) => {
      states.push(state);
      if (opened === 3) stop.abort();
    },
  }))
    continue;
  expect(states.slice(0, 3)).toEqual(['open', 'waiting', 'waiting']);
});

test('an ended session ends the stream', async () => {
  const open = () => Promise.reject(new ApiFailure('sign_in_required', 'who?', { status: 401 }));
  await expect(readEvents(open).next()).rejects.toMatchObject({ code: 'sign_in_required' });
});

test('aborting ends a stream that is silent', async () => {
  const stop = new AbortController();
  const open = async (signal: AbortSignal) =>
    new Response(
      new ReadableStream({
        start(controller) {
          signal.addEventListener('abort', () => controller.error(signal.reason));
        },
      }),
    );
  const next = readEvents(open, { signal: stop.signal }).next();
  stop.abort();
  expect(await next).toEqual({ done: true, value: undefined });
});
