/** Something that took time in the inference process. */
export interface TimedPart {
  /** `load`, or the network that was evaluated, as its family names it: `text_encoder`, `unet`, `vae_decoder`, `denoiser`, `decoder` ... */
  name: string;
  /** From the beginning of the work. */
  startMs: number;
  durationMs: number;
}

/** Where the time of one piece of work went. What lies between the parts is this library's own. */
export interface WorkTimings {
  /** When the inference process began with it, as Unix time in milliseconds: what was before is waiting. */
  startedAtMs: number;
  durationMs: number;
  /** In the order in which they ended. */
  parts: readonly TimedPart[];
  /** Parts that are not among them, because there were too many. */
  omittedParts: number;
}

// 64 steps of eight pictures with a preview each come to 1,100 evaluations; a picture of that kind is told by its beginning.
const mostParts = 500;

interface Stopwatch {
  startedAtMs: number;
  started: number;
  parts: TimedPart[];
  omittedParts: number;
}

/** Of the work that is done now. An inference process does one piece at a time, so one is enough. */
let running: Stopwatch | undefined;

/** Begins to time. Returns how to stop, which tells what was noted meanwhile. */
export function startStopwatch(): () => WorkTimings {
  const mine: Stopwatch = { startedAtMs: Date.now(), started: performance.now(), parts: [], omittedParts: 0 };
  running = mine;
  return () => {
    running = undefined;
    const { startedAtMs, started, parts, omittedParts } = mine;
    return { startedAtMs, durationMs: performance.now() - started, parts, omittedParts };
  };
}

/** Notes what began at `started` (of `performance.now()`) and ends now. Does nothing while nobody times. */
export function notePart(name: string, started: number): void {
  if (!running) return;
  if (running.parts.length === mostParts) running.omittedParts++;
  else running.parts.push({ name, startMs: started - running.started, durationMs: performance.now() - started });
}
