import type { Capabilities } from '@rendermart/contract';
import { sql } from 'kysely';
import { type Database, uuidV7 } from '../../platform/index.ts';
import { ensureModels } from '../models.ts';
import { acceptRequest } from '../store.ts';
import type { GenerationRow } from '../tables.ts';

export const capabilities: Capabilities = {
  size: { kind: 'range', min: 16, max: 2048, step: 8, maxPixels: 2048 * 2048, default: { width: 64, height: 64 } },
  steps: { min: 1, max: 100, default: 4 },
  guidanceScale: { min: 1, max: 20, default: 7 },
  negativePrompt: true,
  seed: true,
  imageToImage: { min: 0, max: 1, default: 0.6 },
  inpainting: true,
  transparentBackground: true,
  imagesPerCall: 4,
  promptMaxLength: 2000,
  progress: true,
  preview: true,
  cancel: 'step',
  vocabulary: false,
};

/** Writes the models `fake` (the default), `single` (one image a call) and `endless` (cannot be stopped), all of the fake engine. */
export async function addModels(database: Database): Promise<void> {
  const model = (id: string, changed: Partial<Capabilities> = {}) => ({
    id,
    name: id,
    description: '',
    engine: 'fake',
    engineModel: 'fake',
    options: { capabilities: changed },
    priceCredits: '3',
    enabled: true,
    capabilities: { ...capabilities, ...changed },
  });
  await ensureModels({ database }, [model('fake'), model('single', { imagesPerCall: 1 }), model('endless', { cancel: 'never' })]);
}

export interface WishFacts {
  accountId: string;
  weight?: number;
  work?: number;
  count?: number;
  prompt?: string;
  engine?: string;
}

/** Queues one wish past all rules, and answers its id. */
export async function addWish(database: Database, facts: WishFacts): Promise<string> {
  const { accountId, weight = 1, work = 1, count = 1, prompt = 'a fox', engine = 'fake' } = facts;
  const id = uuidV7.next();
  const settings = {
    prompt,
    negativePrompt: '',
    width: 64,
    height: 64,
    steps: 4,
    guidanceScale: 7,
    seed: 1,
    count,
    background: null,
    sourceImageId: null,
    denoisingStrength: null,
    maskId: null,
    scale: null,
  };
  await acceptRequest(
    database.read,
    { asker: sql`select ${accountId}::uuid as id`, key: id, bodyHash: Buffer.from(id), weight, maxWaiting: 1_000_000 },
    {
      id,
      accountId,
      engine,
      modelId: 'fake',
      modelName: 'fake',
      settings,
      warnings: [],
      priceCredits: 0n,
      work,
      patienceMs: 3_600_000,
    },
  );
  return id;
}

export async function readRow(database: Database, id: string): Promise<GenerationRow> {
  const { rows } = await sql<GenerationRow>`select * from generation.generations where id = ${id}`.execute(database.read);
  return rows[0]!;
}

/** What the lanes say about themselves, against what the queue really holds: must be the same after every story. */
export async function findLaneErrors(database: Database): Promise<unknown[]> {
  const { rows } = await sql`
    select l.account_id, l.engine, l.ready, l.ready_images, l.ready_work, l.waiting, q.* from generation.lanes l
    full join (
      select account_id, engine, count(*) filter (where resume_at is null) as ready, coalesce(sum(count) filter (where resume_at is null), 0) as images,
        coalesce(sum(work) filter (where resume_at is null), 0) as work, count(*) as waiting
      from generation.generations where state = 'queued' group by account_id, engine
    ) as q (a, e, ready, images, work, waiting) on q.a = l.account_id and q.e = l.engine
    where coalesce(l.ready, 0) <> coalesce(q.ready, 0) or coalesce(l.ready_images, 0) <> coalesce(q.images, 0)
      or abs(coalesce(l.ready_work, 0) - coalesce(q.work, 0)) > 1e-6 or coalesce(l.waiting, 0) <> coalesce(q.waiting, 0)`.execute(
    database.read,
  );
  return rows;
}
