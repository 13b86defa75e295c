import { LoaderCircle } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';

type Tone = 'primary' | 'accent' | 'plain' | 'quiet' | 'danger';
type Size = 'small' | 'medium' | 'large';

const tones: Record<Tone, string> = {
  primary: 'bg-ink text-canvas hover:bg-ink/85',
  accent: 'bg-accent text-on-accent hover:bg-accent-strong',
  plain: 'border border-line bg-surface text-ink hover:border-line-strong',
  quiet: 'text-ink hover:bg-ink/7',
  danger: 'border border-danger/40 bg-danger-wash text-danger hover:border-danger',
};
const sizes: Record<Size, string> = {
  small: 'h-8 gap-1.5 rounded-lg px-3 text-sm',
  medium: 'h-11 gap-2 rounded-xl px-4 text-[15px]',
  large: 'h-12 gap-2 rounded-xl px-5 text-base',
};

/** The classes of a button, for links that look like one. */
export const buttonClass = (tone: Tone = 'plain', size: Size = 'medium', more?: string) =>
  cx(
    'inline-flex shrink-0 items-center justify-center font-semibold whitespace-nowrap transition-colors select-none disabled:opacity-50 data-disabled:opacity-50',
    tones[tone],
    sizes[size],
    more,
  );

export interface ButtonProps extends ComponentProps<'button'> {
  tone?: Tone;
  size?: Size;
  icon?: ReactNode;
  /** Keeps its width and its focus while something is under way, and says so. */
  busy?: boolean;
}

export function Button({ tone, size, icon, busy, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest['aria-disabled']}
      className={buttonClass(tone, size, cx('relative', className))}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy && <LoaderCircle aria-hidden className="absolute size-5 animate-spin" />}
      <span className={cx('inline-flex items-center gap-[inherit]', busy && 'opacity-0')}>
        {icon}
        {children}
      </span>
    </button>
  );
}
