import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';

/** A row of links between the pages of one place. Give each link `tabLinkClass`; the current one carries `aria-current`. */
export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  const nav = useRef<HTMLElement>(null);
  // On a phone the row is wider than the window: the page that one is on is brought into sight. Not by scrollIntoView,
  // which would also move the place where the Tab key starts, past the skip link.
  useEffect(() => {
    const show = () => {
      const link = nav.current?.querySelector<HTMLElement>('[aria-current=page]');
      if (nav.current && link)
        nav.current.scrollLeft = link.offsetLeft - nav.current.offsetLeft - (nav.current.clientWidth - link.offsetWidth) / 2;
    };
    show();
    const observer = new MutationObserver(show);
    observer.observe(nav.current!, { subtree: true, attributeFilter: ['aria-current'] });
    return () => observer.disconnect();
  }, []);
  return (
    <nav ref={nav} aria-label={label} className="no-scrollbar -mx-1 flex gap-1 overflow-x-auto border-b border-line px-1">
      {children}
    </nav>
  );
}

export const tabLinkClass =
  '-mb-px flex h-11 items-center gap-2 border-b-2 border-transparent px-3 font-semibold whitespace-nowrap text-muted -outline-offset-2 transition-colors hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink';
