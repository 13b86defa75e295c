import { useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';

/** What a picture is called where it cannot be seen: its prompt, or the title of one that was never prompted. */
export function useImageName(): (image: Image) => string {
  const { t } = useLingui();
  return (image) => image.prompt || image.title || t`Uploaded picture`;
}
