import type { Writable } from 'node:stream';

/** One open event stream. Each event replaces an older one of the same key that the reader has not taken yet. */
export interface EventStream {
  /** Keeps what comes until `release`: what is older must go out first. */
  hold(): void;
  release(): void;
  send(key: string, text: string): void;
  /** Past everything that waits. */
  sendNow(text: string): void;
  /** A comment that keeps proxies from closing the connection. Answers false when the reader has stopped reading. */
  beat(): boolean;
  /** Resolves when the reader has taken what was written, or is gone. */
  drained(): Promise<void>;
  /** Says a last word and closes. */
  end(text: string): void;
  /** Closes without a word. */
  destroy(): void;
}

// A phone that sleeps comes back within this; who takes longer resumes by Last-Event-ID.
const patienceMs = 45_000;
const maxWaitingBytes = 1_000_000;

/** Writes events to `out` as fast as its reader takes them, and keeps only the latest of each key meanwhile. */
export function makeEventStream(out: Writable): EventStream {
  const waiting = new Map<string, string>();
  let waitingBytes = 0;
  let held = false;
  let blockedSince: number | undefined;

  function write(text: string): void {
    if (out.writableEnded || out.destroyed) return;
    if (!out.write(text)) blockedSince ??= performance.now();
  }

  function flush(): void {
    for (const [key, text] of waiting) {
      if (held || blockedSince !== undefined) return;
      forget(key);
      write(text);
    }
  }

  function forget(key: string): void {
    waitingBytes -= waiting.get(key)?.length ?? 0;
    waiting.delete(key);
  }

  out.on('drain', () => {
    blockedSince = undefined;
    flush();
  });

  return {
    hold: () => void (held = true),
    release() {
      held = false;
      flush();
    },
    send(key, text) {
      if (!held && blockedSince === undefined) return write(text);
      forget(key);
      waiting.set(key, text);
      waitingBytes += text.length;
    },
    sendNow: write,
    beat() {
      if (waitingBytes > maxWaitingBytes) return false;
      if (blockedSince !== undefined) return performance.now() - blockedSince < patienceMs;
      write(':\n\n');
      return true;
    },
    drained: () =>
      new Promise((resolve) => {
        if (blockedSince === undefined || out.destroyed) return resolve();
        out.once('drain', resolve).once('close', resolve);
      }),
    end: (text) => void out.end(text),
    destroy: () => void out.destroy(),
  };
}
