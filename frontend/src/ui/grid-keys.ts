import { useRef, useState } from 'react';
import type { FocusEvent, KeyboardEvent } from 'react';

/** Which tile a key leads to, in a grid that is read row by row; undefined when the key does not move. */
export function gridTarget(key: string, index: number, count: number, columns: number): number | undefined {
  const row = (rows: number) =>
    index + rows * columns < 0 || index + rows * columns >= count ? undefined : index + rows * columns;
  switch (key) {
    case 'ArrowLeft':
      return index > 0 ? index - 1 : undefined;
    case 'ArrowRight':
      return index < count - 1 ? index + 1 : undefined;
    case 'ArrowUp':
      return row(-1);
    // The last row may be short: from above its gap, down leads to its end.
    case 'ArrowDown':
      return row(1) ?? (Math.floor(index / columns) < Math.floor((count - 1) / columns) ? count - 1 : undefined);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

const tilesOf = (list: HTMLElement | null) => [...(list?.querySelectorAll<HTMLElement>('[data-tile]') ?? [])];

/**
 * Arrow keys over a CSS grid, however many columns it has at the moment. Each item has one focusable element with
 * `data-tile`; only the `active` one is in the tab order, so that a thousand pictures are one stop.
 */
export function useGridKeys(count: number) {
  const list = useRef<HTMLUListElement>(null);
  const [active, setActive] = useState(0);
  const focusTile = (index: number) => {
    setActive(index);
    tilesOf(list.current)[index]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const tiles = tilesOf(list.current);
    const index = tiles.indexOf(event.target as HTMLElement);
    if (index < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const columns = getComputedStyle(list.current!).gridTemplateColumns.split(' ').length;
    const target = gridTarget(event.key, index, tiles.length, columns);
    if (event.key.startsWith('Arrow') || target !== undefined) event.preventDefault();
    if (target !== undefined) focusTile(target);
  };
  const onFocus = (event: FocusEvent<HTMLElement>) => {
    const index = tilesOf(list.current).findIndex((tile) => tile.closest('li')?.contains(event.target));
    if (index >= 0) setActive(index);
  };
  return { active: Math.max(0, Math.min(active, count - 1)), focusTile, gridProps: { ref: list, onKeyDown, onFocus } };
}
