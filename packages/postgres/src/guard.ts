import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Stops the server when we die without a chance to, kill -9 included: a shell of 1 MB holds the other end of a pipe,
 * and the kernel closes ours. `removeDir` goes with it. Windows has no such shell; there the next start adopts the server.
 */
export function guardServer(pid: number, removeDir?: string): { dismiss(): void } {
  if (process.platform === 'win32') return { dismiss: () => undefined };
  const script = [
    'read -r word; [ "$word" = dismiss ] && exit 0',
    'kill -INT "$1"; while kill -0 "$1" 2>/dev/null; do sleep 0.1; done',
    '[ -z "$2" ] || rm -rf -- "$2"',
  ].join('; ');
  const guard = spawn('/bin/sh', ['-c', script, 'rendermart-postgres-guard', String(pid), removeDir ?? ''], {
    cwd: '/',
    // A group of its own: Ctrl-C in the terminal must not reach it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  guard.stdin.on('error', () => undefined);
  (guard.stdin as Socket).unref();
  return { dismiss: () => guard.stdin.end('dismiss\n') };
}
