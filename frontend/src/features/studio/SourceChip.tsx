import { Trans, useLingui } from '@lingui/react/macro';
import type { Model } from '@rendermart/contract';
import { X } from 'lucide-react';
import { imageUrl } from '../../data/client.ts';
import { IconButton, Picture, cx } from '../../ui/index.ts';
import type { SourceImage } from './settings.ts';

interface SourceChipProps {
  source: SourceImage;
  model: Model;
  onRemove: () => void;
  isLarge?: boolean;
}

/** The source image in small, with the way to let it go. */
export function SourceChip({ source, model, onRemove, isLarge }: SourceChipProps) {
  const { t } = useLingui();
  // A model that draws whole images only leaves the mask out.
  const isMasked = model.capabilities.inpainting && source.maskId;
  return (
    <div className="flex items-center gap-3 rounded-2xl bg-sunken p-1.5 pr-1">
      <Picture
        src={imageUrl.thumbnail(source.id, '256')}
        alt={t`Source image`}
        width={source.width}
        height={source.height}
        placeholder={source.placeholder}
        transparent={source.transparent}
        cover
        className={cx('shrink-0 rounded-xl', isLarge ? 'size-20!' : 'size-10!')}
      />
      <p className="flex-1 text-sm font-medium">
        {isMasked ? <Trans>Draws a part of this picture anew</Trans> : <Trans>Draws from this picture</Trans>}
      </p>
      <IconButton label={t`Remove the source image`} icon={<X aria-hidden />} onClick={onRemove} />
    </div>
  );
}
