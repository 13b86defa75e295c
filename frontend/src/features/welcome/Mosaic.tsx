import { cx } from '../../ui/index.ts';

// The four shapes of the mark, turned by quarters, as a wall of tiles. The numbers are picked by eye.
const shapes = [
  'M0 0h10v10H0z',
  'M0 0a10 10 0 0 1 10 10H0z',
  'M0 0h10v10A10 10 0 0 1 0 0z',
  'M5 0a5 5 0 1 1 0 10A5 5 0 0 1 5 0z',
  'M0 0h10a10 10 0 0 1-10 10z',
];
const colours = ['fill-ink/6', 'fill-ink/10', 'fill-ink/16', 'fill-ink', 'fill-accent', 'fill-accent/25'];
const wall = [
  '00 11 24 30 01 12 40 21',
  '12 35 00 10 21 44 02 11',
  '20 01 43 12 30 00 11 25',
  '31 22 10 04 15 20 42 00',
  '00 40 12 21 00 33 10 12',
  '14 20 01 32 11 02 24 40',
  '22 10 34 00 45 11 00 31',
  '01 42 10 23 00 21 35 10',
].map((row) => row.split(' '));

/** Decoration only: the idea of the product, a grid in which pictures take shape. */
export function Mosaic({ className }: { className?: string }) {
  return (
    <div aria-hidden className={cx('relative overflow-hidden bg-canvas', className)}>
      <svg viewBox="0 0 80 80" preserveAspectRatio="xMidYMid slice" className="absolute inset-0 size-full">
        {wall.flatMap((row, y) =>
          row.map((cell, x) => {
            const [shape, colour] = [Number(cell[0]), Number(cell[1])];
            const turn = ((x * 7 + y * 3) % 4) * 90;
            return (
              <path
                key={`${x}-${y}`}
                d={shapes[shape]}
                className={colours[colour]}
                transform={`translate(${x * 10} ${y * 10}) rotate(${turn} 5 5) translate(.35 .35) scale(.93)`}
              />
            );
          }),
        )}
      </svg>
    </div>
  );
}
