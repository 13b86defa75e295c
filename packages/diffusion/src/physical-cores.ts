import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Pairs of socket and core in /proc/cpuinfo. Undefined where the file or the fields do not exist, as on ARM. */
export function coresInCpuInfo(text: string): number | undefined {
  const cores = new Set<string>();
  for (const block of text.split('\n\n')) {
    const socket = /^physical id\s*:\s*(\d+)/m.exec(block)?.[1];
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    if (core !== undefined) cores.add(`${socket ?? 0}/${core}`);
  }
  return cores.size > 0 ? cores.size : undefined;
}

function cpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}

/** Physical cores that this process may use: two threads on one core do not multiply matrices faster than one. */
export function physicalCores(): number {
  const allowed = availableParallelism();
  const counted = coresInCpuInfo(cpuInfo()) ?? (process.arch === 'x64' ? Math.ceil(allowed / 2) : allowed);
  return Math.max(1, Math.min(counted, allowed));
}
