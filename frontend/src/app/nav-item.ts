/** The look of one entry of the navigation. */
export const navItemClass =
  'relative flex h-15 w-full flex-col items-center justify-center gap-1 text-xs font-semibold text-muted transition-colors -outline-offset-2 hover:text-ink [&_svg]:size-[22px]';
