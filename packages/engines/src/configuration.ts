import { EngineError } from '@rendermart/engine';
import type { z } from 'zod';

function problems(error: z.ZodError, nameOf: (path: string) => string): string {
  return error.issues.map((issue) => `${nameOf(issue.path.join('.'))}: ${issue.message}`).join('; ');
}

/**
 * Parses what an engine is configured with. Throws `misconfigured`, naming the environment variable that is wrong.
 * @param variables the environment variable that each key comes from
 */
export function parseConfiguration<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  variables: Record<string, string>,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new EngineError(
    'misconfigured',
    problems(parsed.error, (path) => variables[path] ?? (path || 'configuration')),
  );
}

/** Parses a model row's `options`. Throws `misconfigured`, naming the option that is wrong. */
export function parseOptions<Schema extends z.ZodType>(schema: Schema, options: unknown): z.output<Schema> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new EngineError(
    'misconfigured',
    problems(parsed.error, (path) => `options${path && `.${path}`}`),
  );
}
