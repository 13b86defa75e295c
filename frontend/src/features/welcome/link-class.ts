/** A link in running text. */
export const linkClass =
  'target inline-flex items-center font-semibold underline decoration-line-strong underline-offset-4 hover:decoration-accent-ink';
