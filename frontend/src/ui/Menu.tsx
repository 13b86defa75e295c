import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode, RefObject } from 'react';
import { cx } from './cx.ts';

type Side = 'top' | 'bottom';

const itemClass =
  'flex min-h-10 w-full cursor-default items-center gap-3 rounded-lg px-3 py-1.5 font-medium outline-none select-none data-highlighted:bg-ink/7 [&_svg]:size-[18px] [&_svg]:shrink-0';

/** A button that opens a list of actions. */
export function Menu({ trigger, children }: { trigger: ReactElement; children: ReactNode }) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <MenuPopup>{children}</MenuPopup>
    </Base.Root>
  );
}

/** The list alone, for a button that is there before this code is: `anchor` is the button, which tells that it is open by itself. */
export function AnchoredMenu({
  anchor,
  open,
  onOpenChange,
  side,
  children,
}: {
  anchor: RefObject<HTMLButtonElement | null>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  side: Side;
  children: ReactNode;
}) {
  return (
    <Base.Root
      modal={false}
      open={open}
      onOpenChange={(next, { event }) => {
        if (next || !anchor.current?.contains(event.target as Node)) onOpenChange(next);
      }}
    >
      <MenuPopup {...{ anchor, side }}>{children}</MenuPopup>
    </Base.Root>
  );
}

function MenuPopup({
  anchor,
  side = 'bottom',
  children,
}: {
  anchor?: RefObject<HTMLButtonElement | null>;
  side?: Side;
  children: ReactNode;
}) {
  return (
    <Base.Portal>
      <Base.Positioner sideOffset={6} align="end" side={side} className="z-50 outline-none" {...(anchor ? { anchor } : {})}>
        <Base.Popup
          {...(anchor ? { finalFocus: anchor } : {})}
          className="max-h-(--available-height) min-w-56 origin-(--transform-origin) overflow-y-auto rounded-2xl border border-line bg-raised p-1.5 shadow-pop transition-[opacity,scale] duration-100 outline-none data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0"
        >
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

/** `render` makes it a link. */
export function MenuItem({
  icon,
  children,
  danger,
  onClick,
  render,
}: {
  icon?: ReactNode;
  children: ReactNode;
  danger?: boolean;
  onClick?: () => void;
  render?: ReactElement;
}) {
  return (
    <Base.Item
      className={cx(itemClass, danger && 'text-danger')}
      {...(onClick ? { onClick } : {})}
      {...(render ? { render } : {})}
    >
      {icon}
      {children}
    </Base.Item>
  );
}

export function MenuChoice<Value extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: Value;
  choices: readonly { value: Value; label: string; icon?: ReactNode }[];
  onChange: (value: Value) => void;
}) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-3 pt-2 pb-1 text-sm font-semibold text-muted">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(next: Value) => onChange(next)}>
        {choices.map((choice) => (
          <Base.RadioItem key={choice.value} value={choice.value} className={itemClass} closeOnClick={false}>
            {choice.icon}
            <span className="flex-1">{choice.label}</span>
            <Base.RadioItemIndicator>
              <Check aria-hidden />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export const MenuSeparator = () => <Base.Separator className="mx-3 my-1.5 h-px bg-line" />;
