import type { ReactNode } from 'react';

/** A row of links between the pages of one place. Give each link `tabLinkClass`; the current one carries `aria-current`. */
export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  return <nav aria-label={label} className="no-scrollbar -mx-1 flex gap-1 overflow-x-auto border-b border-line px-1">{children}</nav>;
}

export const tabLinkClass = '-mb-px flex h-11 items-center gap-2 border-b-2 border-transparent px-3 font-semibold whitespace-nowrap text-muted -outline-offset-2 transition-colors hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink';
