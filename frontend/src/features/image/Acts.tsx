import { useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Download, Heart, ImagePlus, Pencil, Tag, ThumbsUp, Trash2, WandSparkles } from 'lucide-react';
import { paths } from '../../app/paths.ts';
import { useAccount } from '../../app/session.ts';
import { client, imageUrl } from '../../data/client.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { useFormat } from '../../data/format.ts';
import { generationsQuery, imageChanged, imageQuery, imagesChanged, modelsQuery, queryClient } from '../../data/queries.ts';
import { Button, IconButton, buttonClass, cx, notify } from '../../ui/index.ts';
import { UpscaleButton } from './UpscaleButton.tsx';
import { useImageAct } from './use-image-act.ts';

/** What can be done with the image. */
export function Acts({ image }: { image: Image }) {
  const { t } = useLingui();
  const account = useAccount();
  if (image.trashedAt) return null;
  const icon = 'size-[18px]';
  return (
    <div className="grid grid-cols-2 gap-2">
      {account && image.recipe && image.recipe.scale === undefined && (
        <Link to={paths.studio} search={{ remix: image.id }} className={buttonClass('accent')}>
          <WandSparkles aria-hidden className={icon} />
          {t`Remix`}
        </Link>
      )}
      <a href={imageUrl.download(image.id)} download className={buttonClass('plain')}>
        <Download aria-hidden className={icon} />
        {t`Download`}
      </a>
      {account && <SourceLink image={image} />}
      {account && <UpscaleButton image={image} />}
      {image.mine && !image.licence && !image.listed && (
        <Link to={paths.sell} params={{ imageId: image.id }} className={buttonClass('plain')}>
          <Tag aria-hidden className={icon} />
          {t`Sell`}
        </Link>
      )}
      {account && image.published && <LikeButton image={image} />}
    </div>
  );
}

/** What its owner alone can do. */
export function OwnerActs({ image, onRename }: { image: Image; onRename: () => void }) {
  const { t } = useLingui();
  if (!image.mine || image.trashedAt) return null;
  return (
    <div className="-mr-2.5 flex">
      <FavouriteButton image={image} />
      <IconButton label={t`Change the title`} icon={<Pencil aria-hidden />} onClick={onRename} />
      <TrashButton image={image} />
    </div>
  );
}

/** Only where a model can draw from a picture. */
function SourceLink({ image }: { image: Image }) {
  const { t } = useLingui();
  const { data: models } = useQuery(modelsQuery);
  if (!models?.some(({ capabilities }) => capabilities.imageToImage)) return null;
  return (
    <Link to={paths.studio} search={{ source: image.id }} className={buttonClass('plain')}>
      <ImagePlus aria-hidden className="size-[18px]" />
      {t`Draw from it`}
    </Link>
  );
}

function LikeButton({ image }: { image: Image }) {
  const { t } = useLingui();
  const format = useFormat();
  const params = { id: image.id };
  const like = useImageAct<boolean>(
    image,
    (liked) => (liked ? client.imageLike({ params }) : client.imageUnlike({ params })),
    (liked) => ({ liked, likes: image.likes + (liked ? 1 : -1) }),
  );
  return (
    <Button
      aria-pressed={image.liked}
      icon={
        <ThumbsUp
          aria-hidden
          className={cx('size-[18px]', image.liked && 'text-accent-ink')}
          fill={image.liked ? 'currentColor' : 'none'}
        />
      }
      onClick={() => like.mutate(!image.liked)}
    >
      {t`Like`}
      <span className="text-muted tabular-nums">{format.number(image.likes)}</span>
    </Button>
  );
}

function FavouriteButton({ image }: { image: Image }) {
  const { t } = useLingui();
  const act = useImageAct<boolean>(
    image,
    (favourite) => client.imageUpdate({ params: { id: image.id }, body: { favourite } }),
    (favourite) => ({ favourite }),
  );
  return (
    <IconButton
      label={t`Favourite`}
      pressed={image.favourite}
      icon={<Heart aria-hidden fill={image.favourite ? 'currentColor' : 'none'} />}
      onClick={() => act.mutate(!image.favourite)}
    />
  );
}

function TrashButton({ image }: { image: Image }) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const navigate = useNavigate();
  const onError = (error: unknown) => notify({ text: textOf(error), tone: 'bad' });
  const refresh = () => {
    imagesChanged();
    void queryClient.invalidateQueries({ queryKey: generationsQuery.queryKey });
  };
  const body = { ids: [image.id] };
  const undo = () =>
    void client
      .imageRestore({ body })
      .then(() => {
        imageChanged(image);
        refresh();
      })
      .catch(onError);
  const trash = useMutation({
    mutationFn: () => client.imageTrash({ body }),
    onSuccess: () => {
      notify({ text: t`Moved to the trash.`, action: { label: t`Undo`, run: undo } });
      queryClient.removeQueries({ queryKey: imageQuery(image.id).queryKey });
      refresh();
    },
    onError,
  });
  // Told to this call and not to the mutation: who has left the image meanwhile stays where they are.
  const leave = () => trash.mutate(undefined, { onSuccess: () => void navigate({ to: paths.gallery, replace: true }) });
  return <IconButton label={t`Move to the trash`} icon={<Trash2 aria-hidden />} disabled={trash.isPending} onClick={leave} />;
}
