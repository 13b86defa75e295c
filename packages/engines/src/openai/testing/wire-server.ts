import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { drawPattern } from '../../fake/pattern.ts';

/** What the server was sent. `fields` are the JSON body, or the text fields of a form. */
export interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  fields: Record<string, unknown>;
  files: string[];
}

type Answer = (response: ServerResponse, received: Received) => void;

const sizeOf = (fields: Received['fields']) => String(fields['size']).split('x').map(Number) as [number, number];
const base64 = ({ fields }: Received, text: string) => Buffer.from(drawPattern(text, ...sizeOf(fields)).bytes).toString('base64');

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** The error form of OpenAI's own API: all four keys, the last two nullable. */
function sendError(
  response: ServerResponse,
  status: number,
  error: { message: string; code?: string; param?: string; type?: string },
  headers = {},
): void {
  sendJson(response, status, { error: { type: 'invalid_request_error', param: null, code: null, ...error } }, headers);
}

function sendEvent(response: ServerResponse, type: string, data: Record<string, unknown>): void {
  response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
}

function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

function streamPictures(
  response: ServerResponse,
  received: Received,
  end: 'completed' | 'nothing' | 'half an event' | 'error' | 'silence',
): void {
  const family = received.path.endsWith('/edits') ? 'image_edit' : 'image_generation';
  const partials = Number(received.fields['partial_images']);
  beginStream(response);
  for (let index = 0; index < partials; index++) {
    sendEvent(response, `${family}.partial_image`, {
      b64_json: base64(received, `partial ${index}`),
      partial_image_index: index,
      created_at: 1,
      size: 'auto',
    });
  }
  if (end === 'silence') return;
  if (end === 'half an event')
    response.write(`event: ${family}.completed\ndata: {"type":"${family}.completed","b64_json":"iVBOR`);
  if (end === 'error')
    sendEvent(response, 'error', {
      error: {
        message: 'Blocked by our safety system',
        code: 'moderation_blocked',
        type: 'image_generation_user_error',
        param: null,
      },
    });
  if (end === 'completed')
    sendEvent(response, `${family}.completed`, { b64_json: base64(received, textOf(received)), usage: { total_tokens: 1 } });
  response.end();
}

/** What a picture depends on: everything that was sent, apart from how many. */
const textOf = ({ fields }: Received) => JSON.stringify({ ...fields, n: undefined });

const draw: Answer = (response, received) => {
  if (received.fields['stream'] === true || received.fields['stream'] === 'true')
    return streamPictures(response, received, 'completed');
  const data = Array.from({ length: Number(received.fields['n']) }, (_, index) => ({
    b64_json: base64(received, `${textOf(received)} ${index}`),
  }));
  sendJson(response, 200, { created: 1, data, usage: { total_tokens: 1 } });
};

// 8 by 8 fully transparent pixels, and one pixel in a format that the Images API does not have.
const clearPng =
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAYAAADED76LAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADklEQVQYlWNgGAWgEAAAAQgAAa5MwN8AAAAASUVORK5CYII=';
const dotGif = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

/** Behaviours by the first word of the prompt; any other prompt is drawn. */
const behaviours: Record<string, Answer> = {
  'rate-limit': (response) =>
    sendError(
      response,
      429,
      { message: 'Rate limit reached', code: 'rate_limit_exceeded', type: 'requests' },
      { 'retry-after': '7' },
    ),
  'queue-full': (response) => sendJson(response, 429, { error: 'job queue is full' }),
  billing: (response) =>
    sendError(response, 400, { message: 'Billing hard limit has been reached', code: 'billing_hard_limit_reached' }),
  quota: (response) =>
    sendError(response, 429, {
      message: 'You exceeded your current quota',
      code: 'insufficient_quota',
      type: 'insufficient_quota',
    }),
  moderated: (response) =>
    sendError(response, 400, { message: 'Your request was rejected by the safety system.', code: 'moderation_blocked' }),
  'bad-size': (response) => sendError(response, 400, { message: 'Invalid size', param: 'size', code: 'invalid_value' }),
  'bad-key': (response) =>
    sendError(response, 401, { message: 'Incorrect API key provided: sk-test**********cret.', code: 'invalid_api_key' }),
  bare: (response) => sendJson(response, 400, { error: 'prompt required' }),
  loading: (response) => sendJson(response, 503, { error: { message: 'model is loading' } }, { 'retry-after': '3' }),
  gateway: (response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>bad gateway</html>'),
  html: (response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('<html>not found</html>'),
  broken: (response) => sendError(response, 500, { message: 'The server had an error' }),
  nonsense: (response) => sendJson(response, 200, { images: ['x'] }),
  'not-json': (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"data": ['),
  'no-image': (response) => sendJson(response, 200, { data: [{ b64_json: Buffer.from('<svg/>, or so').toString('base64') }] }),
  'no-bytes': (response) => sendJson(response, 200, { data: [{ b64_json: null }] }),
  'too-few': (response, received) => sendJson(response, 200, { data: [{ b64_json: base64(received, 'one') }] }),
  'other-size': (response) =>
    sendJson(response, 200, { data: [{ b64_json: Buffer.from(drawPattern('x', 64, 32).bytes).toString('base64') }] }),
  clear: (response) => sendJson(response, 200, { data: [{ b64_json: clearPng }] }),
  gif: (response) => sendJson(response, 200, { data: [{ b64_json: dotGif }] }),
  huge: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = 'A'.repeat(64 * 1024);
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  },
  cut: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' });
    response.write('{"data":', () => response.destroy());
  },
  'no-answer': (response) => void response.destroy(),
  hang: () => {},
  'half-answer': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(timer));
  },
  'hang-stream': (response, received) => streamPictures(response, received, 'silence'),
  'comments-only': (response) => {
    beginStream(response);
    const timer = setInterval(() => response.write(': keep-alive\n\n'), 50);
    response.on('close', () => clearInterval(timer));
  },
  'stream-ends': (response, received) => streamPictures(response, received, 'nothing'),
  'stream-cut': (response, received) => streamPictures(response, received, 'half an event'),
  'stream-error': (response, received) => streamPictures(response, received, 'error'),
  redirect: (response) => void response.writeHead(307, { location: '/elsewhere' }).end(),
  url: (response, received) => sendJson(response, 200, { data: [{ url: received.fields['negative_prompt'] }] }),
};

async function readBody(request: IncomingMessage): Promise<Received> {
  const { method = 'POST', url = '/', headers } = request;
  const init = { method, headers: headers as Record<string, string>, body: Readable.toWeb(request), duplex: 'half' };
  const entire = new Request(`http://wire${url}`, init as RequestInit);
  if (!headers['content-type']?.startsWith('multipart/'))
    return { path: url, headers, fields: (await entire.json()) as Record<string, unknown>, files: [] };
  const form = [...(await entire.formData())];
  const files = form.flatMap(([name, value]) =>
    value instanceof File ? [`${name} ${value.name} ${value.type} ${value.size}`] : [],
  );
  return { path: url, headers, fields: Object.fromEntries(form.filter(([, value]) => !(value instanceof File))), files };
}

/** Serves GET for pictures by address: `/picture.png`, `/redirect?to=…`, `/silent.png` that never comes, `/half.png` that stops. */
function servePicture(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://wire');
  if (url.pathname === '/silent.png') return;
  if (url.pathname === '/half.png') return void response.writeHead(200, { 'content-length': 100 }).write('x');
  const to = url.searchParams.get('to');
  if (to) response.writeHead(302, { location: to }).end();
  else response.writeHead(200, { 'content-type': 'image/png' }).end(drawPattern('served', 1024, 1024).bytes);
}

/** A server on 127.0.0.1 that speaks the OpenAI Images API as OpenAI, LocalAI and stable-diffusion.cpp do, well and badly. */
export async function startWireServer() {
  const received: Received[] = [];
  let aborted = 0;
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('close', () => (aborted += response.writableFinished ? 0 : 1));
    const body = await readBody(request);
    received.push(body);
    if (body.fields['model'] === 'no-such-model') {
      sendError(response, 404, { message: 'The model does not exist', code: 'model_not_found' });
      return;
    }
    const word = body.path === '/elsewhere' ? '' : String(body.fields['prompt']).split(' ')[0]!;
    (Object.hasOwn(behaviours, word) ? behaviours[word]! : draw)(response, body);
  }
  const server = createServer((request, response) => {
    if (request.method === 'GET') servePicture(request, response);
    else void answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    /** Requests whose client hung up. */
    get aborted() {
      return aborted;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
