import pg from 'pg';

/** A library of the size that is promised, and where in it to look. */
export interface GallerySize {
  /** Images of the one person who asks. */
  ownImages: number;
  /** Images of everybody else, a hundred each. */
  otherImages: number;
}

/** Words that stand in a known share of the prompts; the others follow Zipf's law over 3,000 made-up words. */
export const words = {
  /** In every prompt. */
  every: 'image',
  /** In 1 of 10. */
  common: 'mountain',
  /** In 1 of 200: too rare to meet soon along the list, too common to fetch them all. */
  middle: 'château',
  /** In 1 of 2,000. */
  scarce: 'accordion',
  /** In 12 of the whole library. */
  rare: 'zephyrine',
} as const;

const firstDay = '2024-01-01';
const secondsApart = 60;

/** Fills the tables of the library as years of use would, and leaves their statistics as autovacuum would. */
export async function fillGallery(
  databaseUrl: string,
  ownerId: string,
  size: GallerySize,
  log: (line: string) => void,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const indexes = await dropIndexes(client);
    const total = size.ownImages + size.otherImages;
    await client.query(blobSql);
    await client.query('select setseed(0.5)');
    for (let from = 1; from <= total; from += 100_000) {
      await client.query(imagesSql, [
        from,
        Math.min(from + 99_999, total),
        ownerId,
        Math.ceil(total / Math.max(1, size.otherImages)),
      ]);
      log(`${Math.min(from + 99_999, total)} of ${total} images`);
    }
    await client.query(`set maintenance_work_mem = '512MB'`);
    for (const index of indexes) await client.query(index);
    await client.query('vacuum analyze library.images');
    log('indexed');
  } finally {
    await client.end();
  }
}

/** Filling a table first and indexing it then takes a quarter of the time. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid = 'library.images'::regclass and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map((row) => row.definition);
}

const blobSql = `
  insert into library.blobs (id, sha256, storage_key, media_type, size_bytes, uses, touched_at, stored_at, thumbnails_at)
  values ('00000000-0000-7000-8000-000000000000', 'bench', 'images/00/00/bench.png', 'image/png', 100000, 1, now(), now(), now())`;

// Prompts of 10 to 14 words. The subquery names n, so that it is drawn anew for each row.
const imagesSql = `
  insert into library.images (id, account_id, origin, generation_id, generation_index, blob_id, media_type, size_bytes, width, height, transparent,
    placeholder, prompt, model_id, recipe, favourite, published_at, likes, created_at, trashed_at)
  select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid,
    case when n % $4::int = 0 then (lpad(to_hex(n / ($4::int * 100)), 8, '0') || '-0000-7000-8000-00000000ffff')::uuid else $3::uuid end,
    'generated', (lpad(to_hex(n), 8, '0') || '-0000-7000-9000-000000000000')::uuid, 0,
    '00000000-0000-7000-8000-000000000000', 'image/png', 100000, 512, 512, false, '1QcSHQRnh493V4dIh4eXh1h4kJUI', prompt, model,
    jsonb_build_object('prompt', prompt, 'negativePrompt', 'blurry, low quality', 'modelId', model, 'modelName', 'Model', 'engine', 'local', 'width', 512,
      'height', 512, 'steps', 20, 'guidanceScale', 7, 'seed', n, 'background', null, 'sourceImageId', null, 'denoisingStrength', null, 'warnings', '[]'::jsonb),
    n % 20 = 1, case when n % 50 = 1 and n % 30 <> 7 then at end, n % 97, at, case when n % 30 = 7 then now() end
  from (
    select n, '${firstDay}'::timestamptz + n * interval '${secondsApart} seconds' as at,
      case when n % 1000 = 1 then 'model-seldom' else 'model-' || n % 7 end as model,
      '${words.every}' || case when n % 10 = 1 then ' ${words.common}' else '' end || case when n % 200 = 1 then ' ${words.middle}' else '' end
        || case when n % 2000 = 1 then ' ${words.scarce}' else '' end || case when n % 90000 = 1 then ' ${words.rare}' else '' end
        || ' ' || (select string_agg(chr(97 + (w % 20)) || 'o' || chr(97 + (w / 20 % 15)) || 'a' || chr(98 + w / 300), ' ')
            from (select floor(3000 * power(random(), 3))::int as w from generate_series(1, 10 + n % 5)) as drawn) as prompt
    from generate_series($1::int, $2::int) as n
  ) as made`;
