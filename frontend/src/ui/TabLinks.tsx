import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';

/** A row of links between the pages of one place. Give each link `tabLinkClass`; the current one carries `aria-current`. */
export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  const nav = useRef<HTMLElement>(null);
  // On a phone the row is wider than the window: what one is on, or goes to, is brought into sight.
  const show = (link: Element | null) => {
    link?.scrollIntoView({ block: 'nearest', inline: 'center' });
  };
  useEffect(() => show(nav.current?.querySelector('[aria-current=page]') ?? null), []);
  return (
    <nav
      ref={nav}
      aria-label={label}
      onClick={(event) => show((event.target as Element).closest('a'))}
      className="no-scrollbar -mx-1 flex gap-1 overflow-x-auto border-b border-line px-1"
    >
      {children}
    </nav>
  );
}

export const tabLinkClass =
  '-mb-px flex h-11 items-center gap-2 border-b-2 border-transparent px-3 font-semibold whitespace-nowrap text-muted -outline-offset-2 transition-colors hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink';
