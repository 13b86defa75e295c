import { Plural, useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { IconButton } from '../../ui/index.ts';
import { selectionLimit } from './selection.ts';
import type { Selection } from './selection.ts';

/** Floats over the grid while something is selected: how many, and what can be done with them; in two rows on a phone. */
export function SelectionBar({ selection, children }: { selection: Selection; children: ReactNode }) {
  const { t } = useLingui();
  const count = selection.ids.size;
  useEscape(selection.active, selection.clear);
  if (!selection.active) return null;
  return (
    <div
      role="group"
      aria-label={t`Selected images`}
      className="fixed inset-x-3 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-20 mx-auto flex max-w-fit animate-rise flex-wrap items-center gap-1 rounded-2xl border border-line bg-raised p-1.5 shadow-pop md:bottom-6 md:left-23"
    >
      <IconButton label={t`Leave the selection`} icon={<X aria-hidden />} onClick={selection.clear} />
      <p aria-live="polite" className="mr-1 min-w-18 text-sm font-semibold whitespace-nowrap tabular-nums sm:mr-3">
        <Plural value={count} _0="None selected" one="# selected" other="# selected" />
        {count >= selectionLimit && <span className="block text-xs text-muted">{t`That is the most at once`}</span>}
      </p>
      <div className="flex flex-wrap items-center gap-1">{children}</div>
    </div>
  );
}

/** Escape leaves the selection from wherever the focus is, unless what it is in closes by Escape itself. */
function useEscape(isOn: boolean, leave: () => void) {
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => {
    if (!isOn) return undefined;
    const press = (event: KeyboardEvent) => {
      const isTaken =
        event.target instanceof Element && event.target.closest('[role=dialog], [role=menu], [role=listbox], input');
      if (event.key === 'Escape' && !isTaken) latest.current();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [isOn]);
}
