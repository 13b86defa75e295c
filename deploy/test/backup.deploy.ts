import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Errand, runErrand, runMigrations } from '../../scripts/program/index.ts';
import { type House, openHouse } from './house.ts';

let house: House;
beforeAll(async () => void (house = await openHouse()), 180_000);
afterAll(() => house?.stop());

async function run(errand: Errand, settings: Record<string, string> = {}) {
  const { code, lastLines } = await runErrand(errand, { ...house.env, ...settings });
  const json = lastLines.findLast((line) => line.startsWith('{'));
  return { code, said: lastLines.join('\n'), json: json === undefined ? undefined : JSON.parse(json) };
}

/** The files of a folder, whose names end so. */
const filesIn = (folder: string, ending: string) =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(folder, name))
    .sort();

describe('a backup', () => {
  it('saves everything, is restored, and tells when', async () => {
    const before = await house.metrics();
    expect(before).toMatch(/^rendermart_restore_drill_last_success_timestamp_seconds\{.*\} 0$/m);
    const saved = await run('backup');
    expect(saved).toMatchObject({ code: 0, json: { files: expect.any(Number) } });
    expect(saved.json.files).toBeGreaterThanOrEqual(4);
    const tried = await run('restore-drill');
    expect(tried).toMatchObject({ code: 0, json: { name: saved.json.backup, faults: [], files: 4, hashed: 4, ok: true } });
    expect(tried.json.rows).toBeGreaterThan(10);
    const after = await house.metrics();
    for (const name of ['backup', 'restore_drill']) {
      const seconds = Number(
        new RegExp(`^rendermart_${name}_last_success_timestamp_seconds\\{.*\\} (\\S+)$`, 'm').exec(after)![1],
      );
      expect(Math.abs(Date.now() / 1000 - seconds)).toBeLessThan(600);
      expect(after).toMatch(new RegExp(`^rendermart_${name}_last_ok\\{.*\\} 1$`, 'm'));
    }
  }, 120_000);

  it('is restored into a server that is there for it, and leaves nothing on it', async () => {
    const tried = await run('restore-drill', { RESTORE_DATABASE_URL: house.postgres.url });
    expect(tried).toMatchObject({ code: 0, json: { ok: true } });
    expect(house.postgres.query(`select datname from pg_database order by 1`).split('\n')).toEqual([
      'postgres',
      'rendermart',
      'template0',
      'template1',
    ]);
  }, 120_000);

  it('comes back in a database of its own, on which the program then runs', async () => {
    const back = await run('restore', { RESTORE_INTO: 'brought_back' });
    expect(back).toMatchObject({ code: 0, json: { database: 'brought_back', faults: [], ok: true } });
    const restored = { ...house.env, DATABASE_URL: house.postgres.url.replace('/rendermart?', '/brought_back?') };
    await runMigrations(restored);
    const again = await run('restore', { RESTORE_INTO: 'brought_back' });
    expect([again.code, again.said]).toEqual([1, expect.stringMatching(/brought_back has \d+ tables already, and nothing is/)]);
    expect(await run('restore', { RESTORE_BACKUP: '2020-01-01t00-00-00z-000000' })).toMatchObject({
      code: 1,
      said: expect.stringMatching(
        /^There is no finished backup 2020-\S+ in BACKUP_TO; the newest is \S+\. Correct RESTORE_BACKUP/,
      ),
    });
    const named = await run('restore', { RESTORE_BACKUP: back.json.backup });
    expect(named.json.database).toMatch(/^restored_\d{4}_\d\d_\d\dt/);
    for (const name of ['brought_back', named.json.database]) house.postgres.query(`drop database ${name}`);
  }, 120_000);

  it('that cannot be made leaves nothing that looks like one, and says what is missing', async () => {
    const elsewhere = path.join(house.folder, 'elsewhere');
    const failed = await run('backup', { BACKUP_TO: elsewhere, PG_BIN_DIR: '/nowhere' });
    expect([failed.code, failed.said]).toEqual([1, expect.stringMatching(/^PG_BIN_DIR: There is no pg_dump in \/nowhere/)]);
    expect(await run('restore-drill', { BACKUP_TO: elsewhere })).toMatchObject({
      code: 1,
      said: expect.stringMatching(/no finished backup/),
    });
    expect(await run('backup', { BACKUP_TO: '' })).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^BACKUP_TO is missing/),
    });
  }, 60_000);
});

describe('a damaged backup is found out:', () => {
  let copy: string;
  const drill = (settings: Record<string, string> = {}) => run('restore-drill', { BACKUP_TO: copy, ...settings });
  const change = (file: string, how: (bytes: Buffer) => Buffer) => fs.writeFileSync(file, how(fs.readFileSync(file)));
  const one = (ending: string) => filesIn(copy, ending)[0]!;
  const flip = (bytes: Buffer) => {
    const at = Math.floor(bytes.length / 2);
    bytes[at]! ^= 0xff;
    return bytes;
  };
  beforeEach(() => {
    copy = fs.mkdtempSync(path.join(house.folder, 'damaged-'));
    fs.cpSync(house.env['BACKUP_TO']!, copy, { recursive: true });
  });

  const damages: [string, () => void, RegExp][] = [
    [
      'a truncated dump',
      () => change(one('database.dump'), (bytes) => bytes.subarray(0, -100)),
      /database\.dump has \d+ bytes instead of/,
    ],
    ['a changed byte of the dump', () => change(one('database.dump'), flip), /database\.dump is damaged: its checksum/],
    ['a missing dump', () => fs.rmSync(one('database.dump')), /database\.dump is missing/],
    ['a changed list of files', () => change(one('files.jsonl'), flip), /files\.jsonl is damaged/],
    ['a changed manifest', () => change(one('manifest.json'), flip), /manifest\.json cannot be trusted/],
    ['a missing picture', () => fs.rmSync(filesIn(path.join(copy, 'files/images'), '.png')[0]!), /images\/\S+ is missing/],
    [
      'half a picture',
      () => change(filesIn(path.join(copy, 'files/images'), '.png')[0]!, (bytes) => bytes.subarray(0, 50)),
      /has 50 bytes instead of/,
    ],
    ['a rotten picture', () => change(filesIn(path.join(copy, 'files/images'), '.png')[0]!, flip), /images\/\S+ is damaged/],
  ];
  it('and is not restored in earnest either', async () => {
    change(one('database.dump'), flip);
    const { code, said } = await run('restore', { BACKUP_TO: copy });
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(
        /^The backup cannot be restored: \S+database\.dump is damaged: .* choose another one: RESTORE_BACKUP$/,
      ),
    ]);
  }, 60_000);

  it.each(damages)(
    '%s',
    async (_what, damage, fault) => {
      damage();
      const tried = await drill();
      expect([tried.code, tried.json?.ok, tried.json?.faults.join('\n')]).toEqual([1, false, expect.stringMatching(fault)]);
    },
    60_000,
  );

  it('sums and counts that are not those that were saved, although every checksum fits', async () => {
    const manifest = one('manifest.json');
    const sealed = JSON.parse(fs.readFileSync(manifest, 'utf8')).manifest;
    sealed.sums['credits moved'] = '123456';
    sealed.tables['library.images'] += 1;
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update(JSON.stringify(sealed)).digest('hex');
    fs.writeFileSync(manifest, JSON.stringify({ manifest: sealed, sha256 }));
    const { code, json } = await drill();
    expect([code, json.faults]).toEqual([
      1,
      ['rows of library.images: 4 instead of 5', expect.stringMatching(/^ledger: credits moved: \d+ instead of 123456$/)],
    ]);
  }, 60_000);

  it('and the last drill that failed is what the metrics tell', async () => {
    expect(await house.metrics()).toMatch(/^rendermart_restore_drill_last_ok\{.*\} 0$/m);
  });
});

it('a bucket’s own pictures are looked for where they are, when only their list was saved', async () => {
  const settings = { BACKUP_TO: path.join(house.folder, 'listed'), BACKUP_COPIES_IMAGES: 'false' };
  expect(await run('backup', settings)).toMatchObject({ code: 0 });
  expect(fs.existsSync(path.join(settings.BACKUP_TO, 'files'))).toBe(false);
  expect(await run('restore-drill', settings)).toMatchObject({ code: 0, json: { files: 4, hashed: 4 } });
  fs.rmSync(filesIn(path.join(house.env['DATA_DIR']!, 'images/images'), '.png')[0]!);
  expect((await run('restore-drill', settings)).said).toMatch(/images\/\S+ is missing/);
}, 120_000);
