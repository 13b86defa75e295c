import { Trans, useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../data/client.ts';
import { setupQuery } from '../../data/queries.ts';
import { Switch } from '../../ui/index.ts';
import { useImageAct } from './use-image-act.ts';

/** Private until its owner says otherwise; says plainly who will see what. */
export function PublishSwitch({ image }: { image: Image }) {
  const { t } = useLingui();
  const isForEveryone = useQuery(setupQuery).data?.exploreAudience === 'everyone';
  const publish = useImageAct<boolean>(
    image,
    (published) => client.imageUpdate({ params: { id: image.id }, body: { published } }),
    (published) => ({ published }),
  );
  const hint = image.published ? (
    isForEveryone ? (
      <Trans>Everyone who opens this RenderMart sees the picture, its prompt and your name, signed in or not.</Trans>
    ) : (
      <Trans>Everyone with an account here sees the picture, its prompt and your name.</Trans>
    )
  ) : isForEveryone ? (
    <Trans>Only you see this picture. Published, everyone who opens this RenderMart sees it with its prompt and your name.</Trans>
  ) : (
    <Trans>Only you see this picture. Published, everyone with an account here sees it with its prompt and your name.</Trans>
  );
  const label = image.published ? t({ message: 'Published', context: 'one image' }) : t`Publish`;
  return (
    <div className="rounded-2xl bg-sunken p-4">
      <Switch label={label} hint={hint} checked={image.published} onChange={(published) => publish.mutate(published)} />
    </div>
  );
}
