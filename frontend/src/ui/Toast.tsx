import { useLingui } from '@lingui/react/macro';
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Button } from './Button.tsx';
import { IconButton } from './IconButton.tsx';

export interface Notice {
  text: string;
  tone?: 'good' | 'bad';
  /** Such as Undo. The notice stays longer then. */
  action?: { label: string; run: () => void };
}
type Shown = Notice & { id: number };

let notices: readonly Shown[] = [];
let nextId = 1;
const listeners = new Set<() => void>();
const timers = new Map<number, ReturnType<typeof setTimeout>>();

function change(next: readonly Shown[]) {
  notices = next;
  for (const listener of listeners) listener();
}
function dismiss(id: number) {
  clearTimeout(timers.get(id));
  timers.delete(id);
  change(notices.filter((notice) => notice.id !== id));
}
function hold() {
  for (const timer of timers.values()) clearTimeout(timer);
}
function release() {
  for (const notice of notices)
    timers.set(
      notice.id,
      setTimeout(() => dismiss(notice.id), notice.action || notice.tone === 'bad' ? 10_000 : 5_000),
    );
}

/** Tells what has just happened, in words that stand alone. For failures of a form use its fields or an ErrorNotice. */
export function notify(notice: Notice) {
  change([...notices.slice(-2), { ...notice, id: nextId++ }]);
  hold();
  release();
}

/** Where notices appear: once, in the shell. They wait while the pointer or the focus is on them. */
export function Toasts() {
  const { t } = useLingui();
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notices,
  );
  return (
    <section
      aria-label={t`Notices`}
      aria-live="polite"
      aria-relevant="additions"
      onMouseEnter={hold}
      onMouseLeave={release}
      onFocus={hold}
      onBlur={release}
      className="pointer-events-none fixed inset-x-4 top-4 z-50 mx-auto grid max-w-md gap-2"
    >
      {shown.map(({ id, text, tone, action }) => (
        <div
          key={id}
          className="pointer-events-auto flex animate-rise items-center gap-3 rounded-2xl border border-line bg-raised py-1.5 pr-1.5 pl-4 shadow-pop"
        >
          {tone === 'bad' ? (
            <CircleAlert aria-hidden className="size-5 shrink-0 text-danger" />
          ) : (
            <CircleCheck aria-hidden className="size-5 shrink-0 text-good" />
          )}
          <p className="flex-1 py-1.5 text-[15px]/5 font-medium">{text}</p>
          {action && (
            <Button
              size="small"
              onClick={() => {
                action.run();
                dismiss(id);
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton label={t`Dismiss`} icon={<X aria-hidden />} onClick={() => dismiss(id)} />
        </div>
      ))}
    </section>
  );
}
