import { Counter, Histogram, type Registry } from 'prom-client';
import { Failure } from '../failure.ts';
import { inSpan } from '../tracing.ts';
import type { Storage } from './storage.ts';

type Asked = 'put' | 'get' | 'exists' | 'remove';

/** The same storage, whose calls are timed and traced and whose failures are counted. */
export function watchStorage(registry: Registry, storage: Storage): Storage {
  const registers = [registry];
  const seconds = new Histogram({
    name: 'rendermart_storage_seconds',
    help: 'Time of a call to the image store until it answered; reading goes on after that',
    labelNames: ['operation'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
    registers,
  });
  const failures = new Counter({
    name: 'rendermart_storage_failures_total',
    help: 'Calls to the image store that failed, by operation and failure code (`other`: none of the contract’s)',
    labelNames: ['operation', 'code'],
    registers,
  });
  const watch = async <Result>(operation: Asked, work: () => Promise<Result>): Promise<Result> => {
    const stop = seconds.startTimer({ operation });
    try {
      return await inSpan(`storage ${operation}`, { 'rendermart.storage': storage.driver }, work);
    } catch (error) {
      failures.inc({ operation, code: error instanceof Failure ? error.code : 'other' });
      throw error;
    } finally {
      stop();
    }
  };
  return {
    ...storage,
    put: (...given) => watch('put', () => storage.put(...given)),
    putStream: (...given) => watch('put', () => storage.putStream(...given)),
    get: (key) => watch('get', () => storage.get(key)),
    exists: (key) => watch('exists', () => storage.exists(key)),
    remove: (key) => watch('remove', () => storage.remove(key)),
  };
}
