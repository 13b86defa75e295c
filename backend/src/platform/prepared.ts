import { type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import type pg from 'pg';
import { cut, pipelined, rides } from './together.ts';

const planEachTimeText = '/* planned each time */';

/**
 * Put into a statement whose best plan hangs on its values, such as a search for words: it is planned each time.
 * Others are prepared, and PostgreSQL may then keep one plan for all values.
 */
export const planEachTime = sql.raw(planEachTimeText);

// As in pgjdbc (prepareThreshold): what ran a few times will run again, and what is written for one occasion is never prepared.
const usesBefore = 3;
// A server keeps each statement on each connection, some ten kilobytes a piece.
const preparedMax = 200;
const watchedMax = 1_000;

/** Decides which statements are prepared, and under which name; one a process. Pure, but for what it remembers. */
export interface StatementNames {
  /** A name that stands for this text alone, or undefined when it is not to be prepared. */
  of(text: string): string | undefined;
  /** Gives every statement a new name: what the server has prepared fits its tables no longer. */
  renew(): void;
}

export function makeStatementNames(): StatementNames {
  const uses = new Map<string, number>();
  const names = new Map<string, string>();
  let renewals = 0;
  return {
    of(text) {
      const known = names.get(text);
      if (known !== undefined) return known;
      if (names.size >= preparedMax || !/^\s*(with|select|insert|update|delete)\b/i.test(text) || text.includes(planEachTimeText))
        return undefined;
      const used = (uses.get(text) ?? 0) + 1;
      if (used > usesBefore) {
        uses.delete(text);
        names.set(text, `rm-${renewals}-${names.size}`);
        return names.get(text);
      }
      if (uses.size >= watchedMax) uses.clear();
      uses.set(text, used);
      return undefined;
    },
    renew() {
      renewals += 1;
      names.clear();
    },
  };
}

/**
 * A pool for kysely, which sends every statement without a name, so that the server parses and plans it anew: of a statement that
 * writes one row this takes longer than running it. Here it gets a name once it has run a few times.
 */
export function withPreparedStatements(pool: pg.Pool): PostgresPool {
  const names = makeStatementNames();
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? preparing(client, names);
      clients.set(client, known);
      // The first connection that a transaction takes is its own.
      const ride = rides.getStore();
      if (ride && !ride.client) Object.assign(ride, { raw: client, client: known });
      return known;
    },
  };
}

const beginning = /^(begin|start transaction)/;
const ending = /^(commit|rollback)$/;
/** What tells the server to be patient for the rest of a transaction: then this end is too. */
const lifting = /^\s*set local statement_timeout\b/i;
// The longest that a timer can wait: 25 days.
const noLimitMs = 2 ** 31 - 1;
/** What is answered for a statement that was not sent. */
const unsent = { command: '', rowCount: 0, rows: [] };

function preparing(client: pg.PoolClient, names: StatementNames): PostgresPoolClient {
  let inTransaction = false;
  let isPatient = false;
  let isCut = false;
  /** How the transaction begins: it is sent in one packet with its first statement. */
  let begin: string | undefined;

  async function query(text: string, parameters: readonly unknown[]): Promise<unknown> {
    if (beginning.test(text)) {
      begin = text;
      inTransaction = true;
      return unsent;
    }
    const first = begin;
    begin = undefined;
    if (ending.test(text)) {
      inTransaction = false;
      isPatient = false;
      return first === undefined ? send({ text }) : unsent;
    }
    if (inTransaction && lifting.test(text)) isPatient = true;
    if (first === undefined) return run(text, [...parameters]);
    const [, result] = await pipelined(client, () => Promise.all([send({ text: first }), run(text, [...parameters])]));
    return result;
  }

  async function run(text: string, values: unknown[]): Promise<unknown> {
    const name = names.of(text);
    if (name === undefined) return send({ text, values });
    try {
      return await send({ name, text, values });
    } catch (error) {
      if (!isOutdated(error)) throw error;
      names.renew();
      // A transaction is broken by any error; whoever began it hears of this one, which passes.
      if (inTransaction) throw error;
      return send({ text, values });
    }
  }

  async function send(query: pg.QueryConfig): Promise<unknown> {
    // pg's types leave the limit of one statement out.
    const sent: pg.QueryConfig & { query_timeout?: number } = isPatient ? { ...query, query_timeout: noLimitMs } : query;
    try {
      return await client.query(sent);
    } catch (error) {
      // It still waits for its answer, and the rollback would wait behind it.
      if (isSilence(error)) {
        cut(client);
        isCut = true;
      }
      throw error;
    }
  }
  return { query: query as PostgresPoolClient['query'], release: (destroy) => client.release(destroy || isCut) };
}

/** Whether the server said nothing for as long as `query_timeout` of the pool allows. */
export const isSilence = (error: unknown): boolean => /Query read timeout/.test((error as { message?: string }).message ?? '');

/**
 * Whether a migration changed a table below a prepared statement ("cached plan must not change result type"). The program of before the
 * migration goes on after it, so this is met in every upgrade.
 */
export function isOutdated(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === '0A000' && /cached plan/.test(message ?? '');
}
