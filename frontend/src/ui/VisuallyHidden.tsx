import type { ReactNode } from 'react';

/** For screen readers only. */
export const VisuallyHidden = ({ children }: { children: ReactNode }) => <span className="sr-only">{children}</span>;

/** Says what changes, when it changes, without moving the focus. */
export const Announcer = ({ children }: { children: ReactNode }) => (
  <div role="status" aria-live="polite" className="sr-only">
    {children}
  </div>
);
