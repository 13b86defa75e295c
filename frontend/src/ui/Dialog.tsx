import { Dialog as Base } from '@base-ui/react/dialog';
import { useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Button } from './Button.tsx';
import { cx } from './cx.ts';
import { IconButton } from './IconButton.tsx';

export interface DialogProps {
  title: string;
  description?: ReactNode;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The button that opens it, if it is drawn here. Focus returns to it. */
  trigger?: ReactElement;
  /** `sheet` rises from the bottom of a phone and stands at the side of a wider window. */
  shape?: 'card' | 'wide' | 'sheet';
  children?: ReactNode;
  /** The row of buttons at the end. */
  actions?: ReactNode;
}

const shapes = {
  card: 'm-auto w-[min(28rem,calc(100vw-2rem))] rounded-3xl data-starting-style:scale-97 data-ending-style:scale-97',
  wide: 'm-auto w-[min(56rem,calc(100vw-2rem))] rounded-3xl data-starting-style:scale-97 data-ending-style:scale-97',
  sheet:
    'mt-auto w-full rounded-t-3xl data-starting-style:translate-y-8 data-ending-style:translate-y-8 md:mt-0 md:ml-auto md:h-dvh md:max-h-dvh! md:w-[24rem] md:rounded-none md:data-starting-style:translate-x-8 md:data-starting-style:translate-y-0',
};

/** Takes the keyboard until it is closed; Escape and the cross close it. */
export function Dialog({ title, description, open, onOpenChange, trigger, shape = 'card', children, actions }: DialogProps) {
  const { t } = useLingui();
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/50 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-40 flex">
          <Base.Popup
            className={cx(
              'flex max-h-[92dvh] flex-col border border-line bg-raised shadow-pop transition-[opacity,translate,scale] duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0',
              shapes[shape],
            )}
          >
            <header className="flex items-start justify-between gap-4 pt-4 pr-3 pl-6">
              <div className="grid gap-1 pt-1.5 pb-3">
                <Base.Title className="text-lg/6 font-semibold">{title}</Base.Title>
                {description && <Base.Description className="text-muted">{description}</Base.Description>}
              </div>
              <Base.Close render={<IconButton label={t`Close`} icon={<X aria-hidden />} />} />
            </header>
            <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-6 pb-6">{children}</div>
            {actions && <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-6 py-4">{actions}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** Asks before something that cannot be undone. `action` names what will happen. */
export function ConfirmDialog({
  action,
  busy = false,
  onConfirm,
  ...dialog
}: Omit<DialogProps, 'actions' | 'shape'> & { action: string; busy?: boolean; onConfirm: () => void }) {
  const { t } = useLingui();
  return (
    <Dialog
      {...dialog}
      actions={
        <>
          <Button onClick={() => dialog.onOpenChange(false)}>{t`Cancel`}</Button>
          <Button tone="danger" busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    />
  );
}
