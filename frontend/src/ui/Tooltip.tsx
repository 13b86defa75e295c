import { cloneElement, useEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';

const mark = 'data-tooltip';
const showAfterMs = 450;

/**
 * A name that shows on hover and focus. It repeats the accessible name, so it must never be the only place of a fact.
 * One layer draws them all: a positioning library for each button would weigh a sixth of the page.
 */
export function Tooltip({ label, children }: { label: string; children: ReactElement<{ [mark]?: string }> }) {
  return cloneElement(children, { [mark]: label });
}

interface Shown {
  label: string;
  left: number;
  top: number;
  isBelow: boolean;
}

/** Once, around the whole page. Escape hides a tooltip without moving the focus. */
export function TooltipLayer() {
  const [shown, setShown] = useState<Shown | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    const hide = () => {
      clearTimeout(timer.current);
      setShown(null);
    };
    const show = (event: Event) => {
      const target = event.target instanceof Element ? event.target.closest(`[${mark}]`) : null;
      const isWanted =
        target &&
        (event.type === 'pointerover' ? (event as PointerEvent).pointerType === 'mouse' : target.matches(':focus-visible'));
      hide();
      if (isWanted) timer.current = setTimeout(() => setShown(place(target)), event.type === 'focusin' ? 0 : showAfterMs);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    const events = { pointerover: show, focusin: show, pointerdown: hide, focusout: hide, scroll: hide } as const;
    for (const [name, listener] of Object.entries(events))
      document.addEventListener(name, listener, { capture: true, passive: true });
    document.addEventListener('keydown', onKey);
    return () => {
      hide();
      for (const [name, listener] of Object.entries(events)) document.removeEventListener(name, listener, { capture: true });
      document.removeEventListener('keydown', onKey);
    };
  }, []);
  if (!shown) return null;
  return (
    <div
      aria-hidden
      className={`pointer-events-none fixed z-50 max-w-60 -translate-x-1/2 rounded-lg bg-ink px-2.5 py-1 text-center text-sm font-medium text-canvas ${shown.isBelow ? '' : '-translate-y-full'}`}
      style={{ left: shown.left, top: shown.top }}
    >
      {shown.label}
    </div>
  );
}

/** Above the element, or below where there is no room; never over the edge of the window. */
function place(target: Element): Shown | null {
  const label = target.getAttribute(mark);
  const box = target.getBoundingClientRect();
  if (!label || !target.isConnected) return null;
  const half = Math.min(120, label.length * 4 + 14);
  const isBelow = box.top < 48;
  return {
    label,
    isBelow,
    left: Math.min(innerWidth - half - 4, Math.max(half + 4, box.left + box.width / 2)),
    top: isBelow ? box.bottom + 6 : box.top - 6,
  };
}
