import { useLingui } from '@lingui/react/macro';
import { ImageOff } from 'lucide-react';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { thumbHashToDataURL } from 'thumbhash';
import { cx } from './cx.ts';

export interface PictureProps {
  src: string;
  srcSet?: string;
  sizes?: string;
  alt: string;
  width: number;
  height: number;
  /** ThumbHash, base64: shown until the picture is there. */
  placeholder?: string | null;
  transparent?: boolean;
  /** Loads at once, for what is seen first. */
  eager?: boolean;
  /** Fills the shape of its container instead of keeping its own. */
  cover?: boolean;
  className?: string;
  /** CSS variables for what `className` computes. */
  variables?: Record<`--${string}`, string | number>;
}

/** A picture that keeps its place while it loads, and shows a checkerboard where it is transparent. */
export function Picture({
  src,
  srcSet,
  sizes,
  alt,
  width,
  height,
  placeholder,
  transparent,
  eager,
  cover,
  className,
  variables,
}: PictureProps) {
  const { t } = useLingui();
  const [state, setState] = useState<'loading' | 'loaded' | 'broken'>('loading');
  useSecondChance(state === 'broken', () => setState('loading'));
  const blur = useMemo(() => (placeholder ? blurUrl(placeholder) : null), [placeholder]);
  const shape = cover ? variables : { aspectRatio: `${width} / ${height}`, ...variables };
  return (
    <div
      className={cx(
        'relative overflow-hidden',
        state === 'loaded' && transparent ? 'checkerboard' : 'bg-ink/7',
        cover && 'size-full',
        className,
      )}
      style={shape}
    >
      {state === 'loading' && blur && <img src={blur} alt="" className="absolute inset-0 size-full object-cover" />}
      {state === 'broken' ? (
        <div
          role="img"
          aria-label={alt}
          className="absolute inset-0 grid place-content-center justify-items-center gap-1 text-sm text-muted"
        >
          <ImageOff aria-hidden />
          {t`Not available`}
        </div>
      ) : (
        <img
          src={src}
          srcSet={srcSet}
          sizes={sizes}
          alt={alt}
          width={width}
          height={height}
          loading={eager ? 'eager' : 'lazy'}
          decoding="async"
          draggable={false}
          ref={(node) => {
            if (node?.complete && node.naturalWidth > 0) setState('loaded');
          }}
          onLoad={() => setState('loaded')}
          onError={() => setState('broken')}
          className={cx(
            'absolute inset-0 size-full transition-opacity duration-300',
            cover ? 'object-cover' : 'object-contain',
            state === 'loading' && 'opacity-0',
          )}
        />
      )}
    </div>
  );
}

/** A lost connection or a thumbnail that is not made yet: a few more tries, further and further apart. */
function useSecondChance(isBroken: boolean, onTry: () => void): void {
  const tries = useRef(0);
  const tryAgain = useEffectEvent(onTry);
  useEffect(() => {
    if (!isBroken || tries.current >= 5) return undefined;
    const timer = setTimeout(tryAgain, 2_000 * 2 ** tries.current++);
    return () => clearTimeout(timer);
  }, [isBroken]);
}

function blurUrl(base64: string): string | null {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
  } catch {
    return null;
  }
}

/** A picture in a grid: `link` makes the whole tile one, `children` lie over it (badges, buttons). */
export function ImageTile({
  link,
  children,
  className,
  selected,
  ...picture
}: PictureProps & { link: (content: ReactNode) => ReactNode; children?: ReactNode; selected?: boolean }) {
  return (
    <div
      className={cx(
        'group relative overflow-hidden rounded-2xl',
        selected ? 'ring-3 ring-accent' : 'ring-1 ring-line',
        className,
      )}
    >
      {link(<Picture {...picture} className="transition-transform duration-300 group-hover:scale-[1.02]" />)}
      {children}
    </div>
  );
}
