import { readFileSync } from 'node:fs';

/** The most memory that a living process held, its libraries and mapped files included. Linux only. */
export function peakBytes(pid: number): number {
  const peak = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(peak) * 1024;
}
