import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ApiFailure } from '@rendermart/client';
import { startPostgres } from '@rendermart/postgres';
import type { Part } from '../../scripts/program/index.ts';
import type { Benchmark } from './benchmark.ts';
import { type Installation, type Person, openInstallation, sleep, smallPicture, until } from './installation.ts';
import { type Wreck, killOne, pickOne } from './kills.ts';
import { checkLedger, listImage, openBuyers } from './market-people.ts';

const purchases = Number(process.env['CHAOS_PURCHASES'] ?? 10_000);
const buyers = 200;
const clients = 8;
const pauseBetweenKillsMs = 8_000;

/** Kills the API and PostgreSQL while people buy and draw for credits, and then asks the database whether every credit is where it belongs. */
export default {
  title:
    'kill -9 of API and PostgreSQL at random moments during 10,000 purchases (CHAOS_PURCHASES) and paid generations: all laws hold, nothing lost, nothing twice',
  async run({ log }) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-chaos-market-'));
    const dataDir = path.join(folder, 'data');
    const postgres = await startPostgres({ dataDir });
    const installation = await openInstallation({ databaseUrl: postgres.url, workers: 1, capacity: 2 });
    const wreck: Wreck = { installation, postgres, dataDir };
    try {
      const crowd = await openBuyers(installation, buyers);
      await installation.admin.client.adminModelUpdate({ params: { id: 'fake' }, body: { priceCredits: '3' } });
      const listings = await makeListings(installation, Math.ceil(purchases / buyers));
      const load = startLoad(crowd, listings);
      const crashes = watchCrashes(installation);
      const kills = await killUntil(
        wreck,
        () => load.isOver(),
        () => crashes.follow(),
        log,
      );
      const answered = await load.answered;
      await until('all generations have ended', () => allEnded(installation), 300_000, 500);
      const faults = { ...(await findFaults(installation, answered)), crashed: crashes.count() };
      return { purchases: answered.size, kills, ...faults, ok: Object.values(faults).every((count) => count === 0) };
    } finally {
      await installation.stop();
      await wreck.postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Benchmark;

async function makeListings(installation: Installation, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++)
    ids.push((await listImage(installation, { kind: 'licence', licence: 'personal' })).id);
  return ids;
}

/** Every buyer buys every listing once, in any order, each repeated with its key until it is answered; one in ten also draws a picture. */
function startLoad(crowd: readonly Person[], listings: readonly string[]) {
  const wishes = crowd
    .flatMap((person) => listings.map((listingId) => ({ person, listingId })))
    .sort(() => Math.random() - 0.5)
    .slice(0, purchases)
    .values();
  const answered = new Map<string, string>();
  let over = false;
  const work = Array.from({ length: clients }, async () => {
    for (const { person, listingId } of wishes) {
      const key = randomUUID();
      const receipt = await repeat(() =>
        person.client.purchaseCreate({ body: { listingId, expectedPriceCredits: '10' }, idempotencyKey: key }),
      );
      answered.set(key, receipt.id);
      if (Math.random() < 0.1) await repeat(() => person.ask(smallPicture, key));
    }
  });
  const all = Promise.all(work).then(() => {
    over = true;
    return answered;
  });
  return { isOver: () => over, answered: all };
}

/** Until it is answered; a refusal is an answer too, and here always a fault. */
async function repeat<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ApiFailure && !['unreachable', 'unavailable', 'internal'].includes(error.code)) throw error;
      await sleep(100);
    }
  }
}

/** Counts the processes that ended though nobody killed them: a lost database is no reason to. */
function watchCrashes(installation: Installation) {
  const followed = new Set<Part>();
  let crashed = 0;
  const follow = () => {
    for (const part of [installation.api, ...installation.workers]) {
      if (followed.has(part)) continue;
      followed.add(part);
      void part.exited.then(({ expected }) => void (crashed += expected ? 0 : 1));
    }
  };
  follow();
  return { follow, count: () => crashed };
}

async function killUntil(
  wreck: Wreck,
  isOver: () => boolean,
  afterKill: () => void,
  log: (line: string) => void,
): Promise<number> {
  for (let kills = 0; ; kills++) {
    await sleep(Math.random() * pauseBetweenKillsMs);
    if (isOver()) return kills;
    await killOne(wreck, pickOne(['api', 'postgres'] as const));
    afterKill();
    if (kills % 10 === 9) log(`${kills + 1} kills`);
  }
}

async function allEnded({ database }: Installation): Promise<boolean> {
  const { rows } = await database.query('select 1 from generation.generations where finished_at is null limit 1');
  return rows.length === 0;
}

/** Everything that must be zero. */
async function findFaults(installation: Installation, answered: ReadonlyMap<string, string>) {
  const count = async (query: string, values: unknown[] = []) =>
    Number((await installation.database.query<{ n: string }>(query, values)).rows[0]!.n);
  const ids = [...answered.values()];
  return {
    violations: (await checkLedger(installation)).violations,
    answeredButNotThere: await count(
      'select count(*) as n from unnest($1::uuid[]) as answered (id) where not exists (select from market.purchases p where p.id = answered.id)',
      [ids],
    ),
    thereButNotAnswered: await count('select count(*) as n from market.purchases where not id = any($1)', [ids]),
    twice: await count(
      'select count(*) as n from (select from market.purchases group by listing_id, buyer_id having count(*) > 1) as doubled',
    ),
    holdsLeft: await count("select count(*) as n from ledger.holds where state = 'held'"),
    wronglyPaid: await count(`select count(*) as n from generation.generations g
      where price_credits > 0 and 3 * cardinality(landed) <> coalesce((select sum(e.amount) from ledger.transfers t join ledger.entries e on e.transfer_id = t.id and e.amount > 0
        where t.reference = 'generation:' || g.id), 0)`),
  };
}
