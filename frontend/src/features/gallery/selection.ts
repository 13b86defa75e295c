import { useCallback, useState } from 'react';

/** As many as one call to the server takes. */
export const selectionLimit = 500;

export interface Selection {
  ids: ReadonlySet<string>;
  /** Clicking a picture selects it instead of opening it. */
  active: boolean;
  toggle: (id: string) => void;
  /** Everything from the one that was touched last to this one. */
  extendTo: (id: string) => void;
  selectAll: () => void;
  begin: () => void;
  clear: () => void;
}

/** Selection over the images that are on show, in their order. */
export function useSelection(shown: readonly string[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [begun, setBegun] = useState(false);
  const [anchor, setAnchor] = useState<string>();
  return {
    ids,
    active: begun || ids.size > 0,
    toggle: useCallback((id: string) => {
      setIds((held) => toggled(held, id));
      setAnchor(id);
    }, []),
    extendTo: (id) => setIds(limited([...ids, ...between(shown, anchor ?? id, id)])),
    selectAll: () => setIds(limited(shown)),
    begin: () => setBegun(true),
    clear: () => {
      setIds(new Set());
      setBegun(false);
    },
  };
}

export const limited = (ids: readonly string[]): ReadonlySet<string> => new Set([...new Set(ids)].slice(0, selectionLimit));

export function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return ids.has(id) ? new Set([...ids].filter((held) => held !== id)) : limited([...ids, id]);
}

export function between(shown: readonly string[], from: string, to: string): readonly string[] {
  const [start, end] = [shown.indexOf(from), shown.indexOf(to)].sort((a, b) => a - b) as [number, number];
  return start < 0 ? [to] : shown.slice(start, end + 1);
}
