import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';
import { Tooltip } from './Tooltip.tsx';

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  /** Its accessible name, shown as a tooltip too. */
  label: string;
  icon: ReactNode;
  size?: 'small' | 'medium';
  /** For buttons that lie on a picture. */
  onPicture?: boolean;
  /** A toggle: pressed or not. Absent for an ordinary button. */
  pressed?: boolean;
}

export function IconButton({ label, icon, size = 'medium', onPicture, pressed, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        {...rest}
        className={cx(
          'inline-flex shrink-0 items-center justify-center rounded-xl transition-colors disabled:opacity-50 [&_svg]:size-[18px]',
          size === 'small' ? 'size-8 rounded-lg' : 'size-11',
          onPicture ? 'bg-black/65 text-white backdrop-blur-sm hover:bg-black/85' : 'text-muted hover:bg-ink/7 hover:text-ink',
          pressed && !onPicture && 'text-accent-ink',
          className,
        )}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
