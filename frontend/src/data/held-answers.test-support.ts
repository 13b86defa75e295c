import { vi } from 'vitest';

/** What was asked of the server, in the order of asking. */
export interface HeldCall {
  method: string;
  answer: (response: Response) => void;
}

/** A server that answers when the test says so, and notices who hangs up. `vi.unstubAllGlobals` ends it. */
export function holdAnswers(): HeldCall[] {
  const asked: HeldCall[] = [];
  vi.stubGlobal('document', { documentElement: { lang: 'en' } });
  vi.stubGlobal('fetch', (_url: string, { method = 'GET', signal }: RequestInit) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    signal?.addEventListener('abort', () => reject(signal.reason));
    asked.push({ method, answer: resolve });
    return promise;
  });
  return asked;
}
