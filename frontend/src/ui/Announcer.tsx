import type { ReactNode } from 'react';

/** Says what changes, when it changes, without moving the focus. */
export const Announcer = ({ children }: { children: ReactNode }) => (
  <div role="status" aria-live="polite" className="sr-only">
    {children}
  </div>
);
