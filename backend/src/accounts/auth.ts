import { apiKey } from '@better-auth/api-key';
import { runWithTransaction } from '@better-auth/core/context';
import { type BetterAuthOptions, type InternalAdapter, betterAuth } from 'better-auth';
import { getAdapter } from 'better-auth/db/adapter';
import type { Database, Ids, Log, Tx } from '../platform/index.ts';
import { sessionCookieName } from './cookie.ts';
import { apiKeyPrefix, sessionIdleMs } from './rules.ts';

export interface AuthConfig {
  database: Database;
  ids: Ids;
  log: Log;
  /** Signs session cookies and invitations. Every copy of the API has the same one. */
  secret: string;
  publicUrl: string;
}

/**
 * better-auth keeps passwords, sessions, one-time tokens and API keys; people reach it only through our contract.
 * Its router, its own rate limiter and its cookie cache are therefore off.
 */
export function makeAuth(config: AuthConfig) {
  const options = authOptions(config);
  const auth = betterAuth(options);
  return {
    api: auth.api,
    context: auth.$context,
    /** Runs `work` with better-auth's own functions writing in our transaction. */
    async within<Result>(tx: Tx, work: (internal: InternalAdapter) => Promise<Result>): Promise<Result> {
      const { internalAdapter } = await auth.$context;
      const adapter = await getAdapter({
        ...options,
        database: { db: tx, type: 'postgres', schemaName: 'accounts', transaction: false },
      });
      return runWithTransaction(adapter, () => work(internalAdapter));
    },
  };
}

export type Auth = ReturnType<typeof makeAuth>;

/** What better-auth is told. Its tables have our names; a test compares them with the migrations. */
export function authOptions({ database, ids, log, secret, publicUrl }: AuthConfig) {
  return {
    appName: 'RenderMart',
    baseURL: publicUrl,
    secret,
    telemetry: { enabled: false },
    logger: { level: 'error', log: (_level, message) => log.error({ library: 'better-auth' }, message) },
    database: { db: database.read, type: 'postgres', schemaName: 'accounts', transaction: true },
    advanced: {
      cookiePrefix: sessionCookieName.split('.')[0]!,
      // A test compares the schema once; asking PostgreSQL at every start would tell nothing new.
      database: { generateId: () => ids.next(), validateSchema: false },
    },
    rateLimit: { enabled: false },
    emailAndPassword: { enabled: true, minPasswordLength: 10, maxPasswordLength: 128 },
    session: { ...sessionTable, expiresIn: sessionIdleMs / 1000, cookieCache: { enabled: false } },
    user: userTable,
    account: credentialTable,
    // Its clean-up on every read would lock other people's links; a task of ours forgets those whose time is over.
    verification: { ...verificationTable, storeIdentifier: 'hashed', disableCleanup: true },
    plugins: [
      apiKey({
        defaultPrefix: apiKeyPrefix,
        // Its default is ten requests a day.
        rateLimit: { enabled: false },
        maximumNameLength: 60,
        startingCharactersConfig: { shouldStore: true, charactersLength: 8 },
        keyExpiration: { defaultExpiresIn: null, minExpiresIn: 1, maxExpiresIn: 365 },
        schema: { apikey: apiKeyTable },
      }),
    ],
  } satisfies BetterAuthOptions;
}

const stamps = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

const userTable = {
  modelName: 'people',
  fields: { ...stamps, emailVerified: 'email_verified' },
  additionalFields: {
    role: { type: 'string', required: true, input: false },
    locale: { type: 'string', required: false, input: false },
  },
} as const;

const sessionTable = {
  modelName: 'sessions',
  fields: {
    createdAt: 'created_at',
    updatedAt: 'last_seen_at',
    userId: 'account_id',
    expiresAt: 'expires_at',
    ipAddress: 'ip_address',
    userAgent: 'user_agent',
  },
} as const;

const credentialTable = {
  modelName: 'credentials',
  fields: {
    ...stamps,
    userId: 'account_id',
    accountId: 'provider_account_id',
    providerId: 'provider_id',
    accessToken: 'access_token',
    refreshToken: 'refresh_token',
    idToken: 'id_token',
    accessTokenExpiresAt: 'access_token_expires_at',
    refreshTokenExpiresAt: 'refresh_token_expires_at',
    password: 'password_hash',
  },
} as const;

const verificationTable = { modelName: 'verifications', fields: { ...stamps, expiresAt: 'expires_at' } } as const;

const apiKeyTable = {
  modelName: 'api_keys',
  fields: {
    ...stamps,
    configId: 'config_id',
    referenceId: 'account_id',
    key: 'key_hash',
    refillInterval: 'refill_interval',
    refillAmount: 'refill_amount',
    lastRefillAt: 'last_refill_at',
    rateLimitEnabled: 'rate_limit_enabled',
    rateLimitTimeWindow: 'rate_limit_time_window',
    rateLimitMax: 'rate_limit_max',
    requestCount: 'request_count',
    lastRequest: 'last_used_at',
    expiresAt: 'expires_at',
  },
} as const;
