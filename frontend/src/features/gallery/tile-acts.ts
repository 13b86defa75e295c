import { useMemo, useRef } from 'react';
import type { Image } from '@rendermart/contract';

/** What a tile can ask for. */
export interface TileActs {
  toggle: (id: string) => void;
  extendTo: (id: string) => void;
  favourite: (image: Image) => void;
  trash: (image: Image) => void;
}

/** The same object for ever, so that a thousand tiles are not drawn again for one that changes. */
export function useSteadyActs(acts: TileActs): TileActs {
  const latest = useRef(acts);
  latest.current = acts;
  return useMemo(
    () => ({
      toggle: (id) => latest.current.toggle(id),
      extendTo: (id) => latest.current.extendTo(id),
      favourite: (image) => latest.current.favourite(image),
      trash: (image) => latest.current.trash(image),
    }),
    [],
  );
}
