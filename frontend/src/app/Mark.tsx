/** The sign of RenderMart: four tiles of a grid, three of them becoming a shape. */
export function Mark({ className = 'size-8' }: { className?: string }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden className={className}>
      <path fill="currentColor" d="M1 1h8v8H1zM11 1a8 8 0 0 1 8 8h-8zM1 11h8v8a8 8 0 0 1-8-8z" />
      <circle cx="15" cy="15" r="4" className="fill-accent" />
    </svg>
  );
}
