import type { StreamEvent } from '@rendermart/contract';
import { ApiFailure } from './failure.ts';

/** An event of the stream with the id that resumes after it. */
export type ReceivedEvent = StreamEvent & { eventId: string | undefined };

export interface EventOptions {
  signal?: AbortSignal;
  /** Everything that changed after this event is told again. */
  lastEventId?: string;
  /** `open` after each connection, `waiting` while there is none. */
  onState?: (state: 'open' | 'waiting', failure?: ApiFailure) => void;
  /** Waits between tries; a test makes them short. */
  retryMs?: { first: number; most: number };
}

/** One message of a `text/event-stream`, as the HTML standard parses it. */
export interface Message {
  id: string | undefined;
  event: string;
  data: string;
}

type Open = (signal: AbortSignal, headers: Record<string, string>) => Promise<Response>;
const silentMs = 50_000; // two and a half heartbeats of 20 s: the connection is dead, whatever TCP believes

/**
 * Reads events until the signal aborts. A lost connection is opened again with `Last-Event-ID`, after a growing, jittered wait.
 * Throws `ApiFailure` when the session has ended: there is nothing to wait for then.
 */
export async function* readEvents(
  open: Open,
  { signal, lastEventId, onState, retryMs = { first: 500, most: 15_000 } }: EventOptions = {},
): AsyncGenerator<ReceivedEvent, void, undefined> {
  let failures = 0;
  const isOver = () => signal?.aborted ?? false;
  while (!isOver()) {
    try {
      for await (const event of readOnce(open, lastEventId, signal, () => onState?.('open'))) {
        failures = 0;
        lastEventId = event.eventId ?? lastEventId;
        yield event;
      }
      onState?.('waiting');
    } catch (error) {
      if (isOver()) return;
      if (error instanceof ApiFailure && (error.status === 401 || error.status === 403)) throw error;
      onState?.('waiting', error instanceof ApiFailure ? error : undefined);
    }
    const waitMs = Math.min(retryMs.most, retryMs.first * 2 ** failures++);
    await pause(waitMs * (0.75 + Math.random() / 2), signal);
  }
}

async function* readOnce(
  open: Open,
  lastEventId: string | undefined,
  outer: AbortSignal | undefined,
  onOpen: () => void,
): AsyncGenerator<ReceivedEvent> {
  const silence = new AbortController();
  const bark = () => silence.abort(new Error('the event stream fell silent'));
  let watchdog = setTimeout(bark, silentMs);
  const signal = outer ? AbortSignal.any([outer, silence.signal]) : silence.signal;
  try {
    const response = await open(signal, {
      accept: 'text/event-stream',
      ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
    });
    onOpen();
    const heard = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(bark, silentMs);
    };
    for await (const { data, id } of parseMessages(response.body!, heard))
      yield { ...(JSON.parse(data) as StreamEvent), eventId: id };
  } finally {
    clearTimeout(watchdog);
    silence.abort();
  }
}

/** Splits a byte stream into messages: CR, LF or CRLF, several data lines, comments, ids that stay until replaced. */
export async function* parseMessages(body: ReadableStream<Uint8Array>, onBytes: () => void = () => {}): AsyncGenerator<Message> {
  let id: string | undefined;
  let event = 'message';
  let data: string[] = [];
  for await (const line of readLines(body, onBytes)) {
    if (line === '') {
      if (data.length > 0) yield { id, event, data: data.join('\n') };
      [event, data] = ['message', []];
      continue;
    }
    const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line)!;
    if (field === 'data') data.push(value ?? '');
    else if (field === 'event') event = value ?? 'message';
    else if (field === 'id' && !value?.includes('\0')) id = value || undefined;
  }
}

async function* readLines(body: ReadableStream<Uint8Array>, onBytes: () => void): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      const text = rest + decoder.decode(value, { stream: true });
      // A CR at the end may be half of a CRLF: it waits for the next chunk.
      const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
      const lines = whole.split(/\r\n|\r|\n/);
      rest = lines.pop()! + text.slice(whole.length);
      yield* lines;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
