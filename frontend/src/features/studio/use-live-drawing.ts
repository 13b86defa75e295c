import { useEffect, useMemo, useState } from 'react';
import { client } from '../../data/client.ts';
import { randomSeed } from '../../data/idempotency.ts';
import { type LiveState, makeLiveLoop, restingLive } from './live-loop.ts';
import { toLiveRequest } from './settings.ts';
import type { Studio } from './use-studio.ts';

export interface Live {
  /** The chosen model can. */
  isOffered: boolean;
  isOn: boolean;
  switchOn: (isOn: boolean) => void;
  state: LiveState;
  /** Draws the same words from another seed. */
  reroll: () => void;
}

const switchKey = 'draw-while-typing';

/** Draws while somebody types. The seed stays, so that the picture follows the words; one that is locked in the settings counts. */
export function useLiveDrawing({ prompt, settings, model }: Studio): Live {
  const [isOn, setOn] = useState(readSwitch);
  const [seed, setSeed] = useState(randomSeed);
  const [state, setState] = useState(restingLive);
  const isOffered = model.live;
  const loop = useLoop(setState);
  const body = isOffered && isOn ? toLiveRequest(prompt, settings, model, settings.seed ?? seed) : null;
  const wanted = JSON.stringify(body);
  useEffect(() => loop.current().want(JSON.parse(wanted)), [loop, wanted]);
  return {
    isOffered,
    isOn,
    switchOn(next) {
      setOn(next);
      writeSwitch(next);
    },
    state,
    reroll: () => setSeed(randomSeed()),
  };
}

/** One loop as long as the page is there. */
function useLoop(tell: (state: LiveState) => void) {
  const loop = useMemo(() => {
    const make = () => makeLiveLoop((body) => client.liveDraw({ body }), tell);
    let running: ReturnType<typeof make> | undefined;
    return {
      current: () => (running ??= make()),
      stop() {
        running?.stop();
        running = undefined;
      },
    };
  }, [tell]);
  useEffect(() => () => loop.stop(), [loop]);
  return loop;
}

function readSwitch(): boolean {
  try {
    return localStorage.getItem(switchKey) === 'on';
  } catch {
    return false;
  }
}

function writeSwitch(isOn: boolean): void {
  try {
    localStorage.setItem(switchKey, isOn ? 'on' : 'off');
  } catch {
    /* storage is refused: the switch lives with the page */
  }
}
