import { cx } from './cx.ts';

/** `value` from 0 to 1; absent while nobody knows how far it is. */
export function ProgressBar({
  label,
  value,
  text,
  className,
}: {
  label: string;
  value?: number | undefined;
  text?: string;
  className?: string;
}) {
  const known = value === undefined ? {} : { 'aria-valuenow': Math.round(value * 100), 'aria-valuemin': 0, 'aria-valuemax': 100 };
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuetext={text}
      {...known}
      className={cx('h-1 overflow-hidden rounded-full bg-ink/10', className)}
    >
      <div
        className={cx(
          'h-full origin-left rounded-full bg-accent transition-transform duration-300',
          value === undefined && 'animate-shimmer',
        )}
        style={{ transform: `scaleX(${value ?? 1})` }}
      />
    </div>
  );
}
