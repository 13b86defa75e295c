import { Images } from 'lucide-react';
import { imageUrl } from '../../data/client.ts';
import { cx } from '../../ui/index.ts';

/** The newest pictures of a collection: one fills its square, four share it. Its name stands beside it. */
export function Covers({ ids, className }: { ids: readonly string[]; className?: string }) {
  const shown = ids.length >= 4 ? ids.slice(0, 4) : ids.slice(0, 1);
  return (
    <div
      aria-hidden
      className={cx('grid aspect-square gap-0.5 overflow-hidden bg-ink/7', shown.length === 4 && 'grid-cols-2', className)}
    >
      {shown.map((id) => (
        <img
          key={id}
          src={imageUrl.thumbnail(id, shown.length === 4 ? '256' : '640')}
          alt=""
          loading="lazy"
          decoding="async"
          className="size-full min-h-0 object-cover"
        />
      ))}
      {shown.length === 0 && <Images className="size-1/4 place-self-center text-muted" />}
    </div>
  );
}
