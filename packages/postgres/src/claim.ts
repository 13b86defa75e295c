import pg from 'pg';

/** Either the server is ours until `release`, or someone else's who left a label. */
export type Claim = { held: true; release(): Promise<void> } | { held: false; label: string };

/** Any number does, as long as nobody else uses it: "rndr" in ASCII. */
const claimKey = 0x72_6e_64_72;

/**
 * Claims a server for one owner at a time. It is an advisory lock on an open connection, so it goes
 * with its owner however that dies; a lock file would stay behind after kill -9.
 * @param label what a second claimant is told, such as the address of the first (63 characters at most)
 */
export async function claimServer(url: string, label: string): Promise<Claim> {
  const client = new pg.Client({ connectionString: url, application_name: label });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [claimKey]);
  if (rows[0]?.held) return { held: true, release: () => client.end() };
  const owner = await client.query<{ application_name: string }>(
    `select a.application_name from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.objid = $1 and l.granted`,
    [claimKey],
  );
  await client.end();
  return { held: false, label: owner.rows[0]?.application_name ?? '' };
}
