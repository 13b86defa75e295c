import { expect, it } from 'vitest';
import { coresInCpuInfo, physicalCores } from './physical-cores.ts';

it('counts pairs of socket and core, not threads', () => {
  const thread = (socket: number, core: number) => `processor\t: 0\nphysical id\t: ${socket}\ncore id\t\t: ${core}`;
  expect(coresInCpuInfo([thread(0, 0), thread(0, 0), thread(0, 1), thread(1, 0)].join('\n\n'))).toBe(3);
  expect(coresInCpuInfo('processor: 0\nBogoMIPS: 50')).toBeUndefined();
});

it('is at least one', () => expect(physicalCores()).toBeGreaterThanOrEqual(1));
