import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort, runMigrations, startApi } from '../../scripts/program/index.ts';
import type { Benchmark } from './benchmark.ts';
import { fillGallery, words } from './gallery-data.ts';

const p99MsMax = 25;
const requests = 300;
const warmUps = 30;

/** What people do with a gallery, as paths of the API. A list of several is walked in turn. */
type Cases = Record<string, string[]>;

/** Pages and searches of one person's million images, among those of a thousand others, as the API answers them. */
export default {
  title: 'gallery page and search at 1,000,000 images: p99 at most 25 ms in the API, and no plan reads the whole table',
  async run({ databaseUrl, log }) {
    const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-gallery-'));
    const port = await freePort();
    const env = environment(databaseUrl, port, await freePort(), dataDir);
    await runMigrations(env);
    const api = startApi(env);
    try {
      await api.ready;
      const site = await signUp(`http://127.0.0.1:${port}`);
      await fillGallery(databaseUrl, site.accountId, { ownImages: 1_000_000, otherImages: 100_000 }, log);
      const cases = await casesOf(site);
      const scansBefore = await wholeTableScans(databaseUrl);
      const figures = await measureAll(site, cases, log);
      const wholeScans = (await wholeTableScans(databaseUrl)) - scansBefore;
      const p99Ms = Math.max(...Object.values(figures).map((figure) => figure.p99Ms));
      return {
        images: 1_000_000,
        p99Ms,
        p99MsMax,
        wholeScans,
        requestsEach: requests,
        cases: figures,
        ok: p99Ms <= p99MsMax && wholeScans === 0,
      };
    } finally {
      await api.stop();
      fs.rmSync(dataDir, { recursive: true, force: true });
    }
  },
} satisfies Benchmark;

function environment(databaseUrl: string, port: number, metricsPort: number, dataDir: string) {
  return {
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    METRICS_PORT: String(metricsPort),
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    AUTH_SECRET: 'a secret of the benchmark, used once and thrown away',
    ENGINES: 'fake',
    LOG_LEVEL: 'warn',
  };
}

interface Site {
  accountId: string;
  get(path: string): Promise<{ items: { id: string; createdAt: string }[]; nextCursor: string | null }>;
  post(path: string, body: unknown): Promise<{ id: string }>;
}

async function signUp(origin: string): Promise<Site> {
  const json = { 'content-type': 'application/json' };
  const setup = await fetch(`${origin}/api/setup`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ name: 'Bench', email: 'bench@example.com', password: 'ten-letters-and-more' }),
  });
  const cookie = setup.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const { id } = (await setup.json()) as { id: string };
  const send = async (where: string, init: RequestInit) => {
    const answer = await fetch(origin + where, init);
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${where} answered ${answer.status}: ${JSON.stringify(body)}`);
    return body as never;
  };
  return {
    accountId: id,
    get: (where) => send(where, { headers: { cookie } }),
    post: (where, body) => send(where, { method: 'POST', headers: { cookie, ...json }, body: JSON.stringify(body) }),
  };
}

async function casesOf(site: Site): Promise<Cases> {
  const search = (...texts: string[]) => texts.map((text) => `/api/images?q=${encodeURIComponent(text)}`);
  const collection = await fillCollection(site);
  return {
    firstPage: ['/api/images'],
    largePage: ['/api/images?limit=100'],
    deepPage: [await pageFrom(site, '2024-06-01'), await pageFrom(site, '2025-03-01')],
    byModel: ['/api/images?modelId=model-3', '/api/images?modelId=model-seldom', '/api/images?modelId=none'],
    byDay: ['/api/images?from=2025-01-01&to=2025-01-01', '/api/images?to=2024-01-02'],
    favourites: ['/api/images?favourite=true', '/api/images?favourite=true&modelId=model-seldom'],
    published: ['/api/images?published=true'],
    trash: ['/api/images?trashed=true'],
    collection: [`/api/images?collectionId=${collection}`, `/api/images?collectionId=${collection}&q=${words.common}`],
    searchEvery: search(words.every),
    searchCommon: search(words.common, 'mount'),
    searchMiddle: search(words.middle, 'chateau'),
    searchScarce: search(words.scarce),
    searchRare: search(words.rare, 'zephyr', 'nowhere'),
    searchTwoWords: search(
      `${words.every} ${words.common}`,
      `${words.rare} ${words.every}`,
      `${words.every} ${words.rare}`,
      `${words.scarce} ima`,
      `${words.common} ${words.scarce}`,
    ),
    searchFiltered: search(words.common).flatMap((where) => [
      `${where}&favourite=true`,
      `${where}&modelId=model-seldom`,
      `${where}&from=2025-01-01&to=2025-02-01`,
    ]),
    explore: ['/api/explore', '/api/explore?sort=liked', `/api/explore?q=${words.common}`, `/api/explore?q=${words.rare}`],
  };
}

/** The address of the page that follows a day, which nobody reached by turning pages. */
async function pageFrom(site: Site, day: string): Promise<string> {
  const { nextCursor } = await site.get(`/api/images?to=${day}&limit=1`);
  return `/api/images?cursor=${nextCursor}`;
}

async function fillCollection(site: Site): Promise<string> {
  const { id } = await site.post('/api/collections', { name: 'Bench' });
  let cursor = '';
  for (let pages = 0; pages < 10; pages += 1) {
    const { items, nextCursor } = await site.get(`/api/images?limit=100${cursor}`);
    await site.post(`/api/collections/${id}/images`, { ids: items.map((item) => item.id) });
    cursor = `&cursor=${nextCursor}`;
  }
  return id;
}

interface Figure {
  p50Ms: number;
  p99Ms: number;
  items: number;
}

async function measureAll(site: Site, cases: Cases, log: (line: string) => void): Promise<Record<string, Figure>> {
  const figures: Record<string, Figure> = {};
  for (const [name, paths] of Object.entries(cases)) {
    const figure = await measure(site, paths);
    figures[name] = figure;
    log(
      `${name.padEnd(16)} p50 ${figure.p50Ms.toFixed(1).padStart(6)} ms  p99 ${figure.p99Ms.toFixed(1).padStart(6)} ms  ${figure.items} items`,
    );
  }
  return figures;
}

/** One request after the other, timed from the sending to the last byte. */
async function measure(site: Site, paths: string[]): Promise<Figure> {
  const times: number[] = [];
  let items = 0;
  for (let at = -warmUps; at < requests; at += 1) {
    const start = performance.now();
    const page = await site.get(paths[Math.abs(at) % paths.length]!);
    if (at >= 0) times.push(performance.now() - start);
    items = Math.max(items, page.items.length);
  }
  times.sort((a, b) => a - b);
  const percentile = (share: number) =>
    Number(times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)]!.toFixed(2));
  return { p50Ms: percentile(0.5), p99Ms: percentile(0.99), items };
}

/** How often PostgreSQL has read the table from end to end: a plan without an index counts here, whatever it was made for. */
async function wholeTableScans(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('select pg_sleep(2)');
    const { rows } = await client.query<{ seq_scan: number }>(
      `select seq_scan::int from pg_stat_user_tables where schemaname = 'library' and relname = 'images'`,
    );
    return rows[0]!.seq_scan;
  } finally {
    await client.end();
  }
}
