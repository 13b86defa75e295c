import type { LiveDrawing, LiveDrawingInput } from '@rendermart/contract';
import { isFailure } from '../../data/client.ts';

/** The latest picture that was drawn for what is typed. */
export type DrawnLive = Extract<LiveDrawing, { outcome: 'drawn' }>;

export interface LiveState {
  /** `busy`: no worker was free, it is asked again by itself. `failed`: it is asked again when something changes. */
  status: 'resting' | 'drawing' | 'busy' | 'failed';
  drawn: DrawnLive | null;
  error: unknown;
}

export const restingLive: LiveState = { status: 'resting', drawn: null, error: null };

// What is typed meanwhile goes into the next drawing; four a second are as many as the server allows for minutes.
const gapMs = 250;
const busyMs = 1_500;

export interface LiveLoop {
  /** What should be seen now; null for nothing. */
  want(body: LiveDrawingInput | null): void;
  stop(): void;
}

/**
 * Draws what is wanted, one drawing at a time and a moment after it changed; of what changes meanwhile only the last is drawn.
 * @param draw asks the server
 * @param tell is given every new state
 */
export function makeLiveLoop(draw: (body: LiveDrawingInput) => Promise<LiveDrawing>, tell: (state: LiveState) => void): LiveLoop {
  let state = restingLive;
  let wanted: LiveDrawingInput | null = null;
  let inFlight = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const enter = (part: Partial<LiveState>) => tell((state = { ...state, error: null, ...part }));
  const wait = (ms: number) => (timer ??= setTimeout(() => void ask(), ms));
  const forget = () => {
    clearTimeout(timer);
    timer = undefined;
  };

  async function ask(): Promise<void> {
    timer = undefined;
    const asked = wanted;
    if (asked === null || inFlight) return;
    inFlight = true;
    enter({ status: 'drawing' });
    const next = await draw(asked).then(whatFollows, whatFollowsFailure);
    inFlight = false;
    // Switched off, or the words are gone: nobody wants this picture.
    if (wanted === null) return;
    enter(next.state);
    if (wanted !== asked) wait(gapMs);
    else if (next.againMs !== null) wait(next.againMs);
  }

  return {
    want(body) {
      if (JSON.stringify(body) === JSON.stringify(wanted)) return;
      wanted = body;
      if (body === null) {
        forget();
        return enter(restingLive);
      }
      // A wait for a free worker may be long; what was typed since is worth a new try.
      if (state.status !== 'drawing' && state.status !== 'resting') forget();
      if (!inFlight) wait(gapMs);
    },
    stop() {
      wanted = null;
      forget();
    },
  };
}

interface Next {
  state: Partial<LiveState>;
  /** When to ask again although nothing changed; null for not at all. */
  againMs: number | null;
}

function whatFollows(drawing: LiveDrawing): Next {
  if (drawing.outcome === 'drawn') return { state: { status: 'resting', drawn: drawing }, againMs: null };
  if (drawing.outcome === 'busy') return { state: { status: 'busy' }, againMs: busyMs };
  // Another tab of the same person asked after this one; it has its turn, and then this one.
  return { state: { status: 'resting' }, againMs: busyMs };
}

function whatFollowsFailure(error: unknown): Next {
  if (isFailure(error, 'rate_limited')) return { state: { status: 'busy' }, againMs: error.retryAfterMs ?? busyMs };
  return { state: { status: 'failed', error }, againMs: null };
}
