import type { NewApiKey } from '@rendermart/contract';

/** A command that works with this key at once: it generates where the key may, and otherwise reads. */
export function curlExample({ key, scopes }: Pick<NewApiKey, 'key' | 'scopes'>, origin: string): string {
  const authorization = `-H 'Authorization: Bearer ${key}'`;
  if (scopes.includes('generations:write')) {
    return [
      `curl ${origin}/api/generations \\`,
      `  ${authorization} \\`,
      `  -H 'Content-Type: application/json' \\`,
      `  -H "Idempotency-Key: $(date +%s)" \\`,
      `  -d '{"prompt": "a red fox"}'`,
    ].join('\n');
  }
  const readable = {
    'generations:read': '/api/models',
    'images:read': '/api/images',
    'account:read': '/api/account',
    admin: '/api/admin/queue',
  };
  const path = Object.entries(readable).find(([scope]) => scopes.some((held) => held === scope))?.[1] ?? '/api/health/ready';
  return [`curl ${origin}${path} \\`, `  ${authorization}`].join('\n');
}
