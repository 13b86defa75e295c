import { engineErrorKinds } from '@rendermart/engine';
import type { EngineErrorKind } from '@rendermart/engine';

/** What the bracketed words of a prompt make the fake engine do. */
export interface Orders {
  /** `[slow 2000]`: milliseconds that the whole job takes at least. */
  slowMs: number;
  /** `[steps 20]`: steps that it counts, whatever the job says. */
  steps: number | undefined;
  /** `[fail engine_lost]`: fails half-way, every time. `[refuse]` is `[fail refused_prompt]`. */
  fail: EngineErrorKind | undefined;
  /** `[fail-once engine_lost]`: fails half-way the first time that this process sees the prompt and seeds. */
  failOnce: EngineErrorKind | undefined;
  /** `[size-wrong]`: draws 8 pixels narrower than asked, and warns. */
  wrongSize: boolean;
  /** `[crash]`: throws an error that is no EngineError, as an engine with a defect would. */
  crash: boolean;
  /** `[die]`: kills the whole process at once (SIGKILL), as a lack of memory would. */
  die: boolean;
}

function kindOf(text: string | undefined): EngineErrorKind | undefined {
  return engineErrorKinds.find((kind) => kind === text);
}

/** Reads the sentinels of a prompt. Anything else in it is only drawn. */
export function readOrders(prompt: string): Orders {
  const found = new Map(Array.from(prompt.matchAll(/\[([a-z-]+)(?: ([\w-]+))?\]/g), ([, name, value]) => [name, value]));
  return {
    slowMs: Number(found.get('slow') ?? 0) || 0,
    steps: Number(found.get('steps')) || undefined,
    fail: found.has('refuse') ? 'refused_prompt' : kindOf(found.get('fail')),
    failOnce: kindOf(found.get('fail-once')),
    wrongSize: found.has('size-wrong'),
    crash: found.has('crash'),
    die: found.has('die'),
  };
}
