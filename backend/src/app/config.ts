import { z } from 'zod';

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const count = (min: number, max: number, fallback: number) => z.coerce.number().int().min(min).max(max).default(fallback);
const yesOrNo = z.enum(['true', 'false', '1', '0']);
const isYes = (value: z.output<typeof yesOrNo>) => value === 'true' || value === '1';
const flagOr = (fallback: 'true' | 'false') => yesOrNo.default(fallback).transform(isYes);
const flag = flagOr('false');
const listOr = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    );
const list = listOr('');
const optional = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));
/** Compose hands on what is not set as an empty text. */
const optionalBytes = (min: number) => optional.pipe(z.coerce.number<string | undefined>().int().min(min).optional());

/** Every environment variable that the program reads, with its meaning. Anything wrong stops it at start with the variable's name. */
const Environment = z.object({
  DATABASE_URL: z
    .string({ error: 'is missing. Set it to a PostgreSQL address such as postgres://user:password@host:5432/rendermart' })
    .regex(/^postgres(ql)?:\/\//, 'must be a PostgreSQL address that begins with postgres://'),
  DATABASE_POOL_SIZE: count(2, 200, 10),
  HOST: z.string().default('0.0.0.0'),
  PORT: port(4000),
  METRICS_PORT: port(9464),
  PUBLIC_URL: optional.pipe(
    z.url({ protocol: /^https?$/, error: 'must be the address that people open, such as https://images.example.com' }).optional(),
  ),
  TRUSTED_PROXIES: list,
  TRUSTED_ORIGINS: list,
  AUTH_SECRET: z
    .string({ error: 'is missing. Set it to at least 32 random characters, for example the output of: openssl rand -base64 48' })
    .min(32, 'must have at least 32 characters'),
  PAGE_DIR: optional,
  MODELS_DIR: z.string().default('./models'),
  DATA_DIR: z.string().default('./data'),
  ADDED_MODELS_DIR: optional,
  IMPORT_DIR: optional,
  MODEL_HUB_URL: z.url('must be an address such as https://huggingface.co').default('https://huggingface.co'),
  MODEL_HOSTS: listOr('huggingface.co,*.huggingface.co,*.hf.co'),
  MODEL_HOSTS_ALLOW_PRIVATE: flag,
  OTEL_EXPORTER_OTLP_ENDPOINT: optional.pipe(
    z
      .url({ protocol: /^https?$/, error: 'must be the address of an OTLP/HTTP receiver, such as http://otel-collector:4318' })
      .optional(),
  ),
  OTEL_SERVICE_NAME: optional,
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SMTP_URL: optional.pipe(
    z
      .string()
      .regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')
      .optional(),
  ),
  MAIL_FROM: z.string().default('RenderMart <rendermart@localhost>'),
  S3_BUCKET: optional,
  S3_REGION: z.string().default('us-east-1'),
  S3_ENDPOINT: optional.pipe(z.url('must be an address such as https://s3.example.com').optional()),
  S3_ACCESS_KEY_ID: optional,
  S3_SECRET_ACCESS_KEY: optional,
  S3_PUBLIC_ENDPOINT: optional.pipe(z.url('must be an address that browsers reach, such as https://s3.example.com').optional()),
  S3_PRESIGNED_READS: flagOr('true'),
  S3_FORCE_PATH_STYLE: flag,
  S3_PREFIX: z.string().default(''),
  BACKUP_TO: optional,
  BACKUP_COPIES_IMAGES: yesOrNo.transform(isYes).optional(),
  RESTORE_DATABASE_URL: optional,
  RESTORE_BACKUP: optional,
  RESTORE_INTO: optional.pipe(
    z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be the name of a database: small letters, digits and _')
      .optional(),
  ),
  PG_BIN_DIR: optional,
  OPENAI_BASE_URL: optional.pipe(z.url('must be an address such as https://api.openai.com/v1').optional()),
  OPENAI_API_KEY: optional,
  OPENAI_MAX_ANSWER_BYTES: optionalBytes(1024),
  STRIPE_SECRET_KEY: optional,
  STRIPE_WEBHOOK_SECRET: optional,
  STRIPE_API_URL: optional.pipe(z.url('must be an address such as https://api.stripe.com').optional()),
  TOP_UP_PACKS: z.string().default('500:500:eur,2500:2000:eur'),
  ENGINES: listOr('local,openai'),
  ENGINE_THREADS: z.coerce.number().int().min(1).max(128).optional(),
  ENGINE_MEMORY_BYTES: optionalBytes(1),
  FAKE_ENGINE_STEP_MS: count(0, 60_000, 0),
  WORKER_CAPACITY: count(1, 256, 2),
  DRAIN_SECONDS: count(1, 3_600, 25),
});

export type Config = z.output<typeof Environment>;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the configuration, or throws one line a variable: its name, what is wrong, what to do. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const result = Environment.safeParse(environment);
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('\n'));
  }
  const config = result.data;
  if (config.S3_BUCKET && Boolean(config.S3_ACCESS_KEY_ID) !== Boolean(config.S3_SECRET_ACCESS_KEY)) {
    throw new ConfigError(
      'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY belong together. Set both, or neither to use the role of the machine.',
    );
  }
  if (Boolean(config.STRIPE_SECRET_KEY) !== Boolean(config.STRIPE_WEBHOOK_SECRET)) {
    throw new ConfigError(
      'STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET belong together. Set both, or neither to sell no credits for money.',
    );
  }
  return config;
}
