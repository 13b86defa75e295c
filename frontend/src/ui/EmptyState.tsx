import type { ReactNode } from 'react';

/** What a place looks like before anything is in it: what will be here, and the first step. `heading` is `h1` where it is all that a page shows. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
  heading: Heading = 'h2',
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  heading?: 'h1' | 'h2';
}) {
  return (
    <div className="mx-auto grid max-w-md animate-rise justify-items-center gap-2 px-4 py-16 text-center">
      {icon && (
        <div aria-hidden className="mb-2 grid size-14 place-items-center rounded-2xl bg-ink/7 text-muted [&_svg]:size-7">
          {icon}
        </div>
      )}
      <Heading className="text-lg font-semibold">{title}</Heading>
      {children && <div className="text-muted">{children}</div>}
      {actions && <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
