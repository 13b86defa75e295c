import pg from 'pg';

/** The server of this folder belongs to a program that is alive. */
export class ServerInUse extends Error {
  override name = 'ServerInUse';
  /** How that program called itself. */
  readonly owner: string;
  constructor(owner: string) {
    super(`This PostgreSQL is in use by ${owner}.`);
    this.owner = owner;
  }
}

/** Any number does, as long as nobody else uses it: "rndr" in ASCII. */
const claimKey = 0x72_6e_64_72;

/**
 * Claims a server for one owner at a time. It is an advisory lock on an open connection, so it goes
 * with its owner however that dies; a lock file would stay behind after kill -9.
 * @throws ServerInUse while somebody else holds it
 */
export async function claimServer(url: string, owner: string): Promise<{ release(): Promise<void> }> {
  const client = new pg.Client({ connectionString: url, application_name: owner.slice(0, 63) });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [claimKey]);
  if (rows[0]?.held) {
    let released: Promise<void> | undefined;
    return { release: () => (released ??= client.end().catch(() => undefined)) };
  }
  const other = await client.query<{ owner: string }>(
    `select application_name as owner from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and objid = $1 and granted`,
    [claimKey],
  );
  await client.end();
  throw new ServerInUse(other.rows[0]?.owner ?? 'another program');
}
