import { Plural, Trans } from '@lingui/react/macro';
import type { Model } from '@rendermart/contract';

export function Price({ model }: { model: Model }) {
  const price = Number(model.priceCredits);
  return price === 0 ? <Trans>Free.</Trans> : <Plural value={price} one="# credit per image." other="# credits per image." />;
}
