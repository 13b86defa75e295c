import { useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';
import { paths } from '../../app/paths.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { imageQuery, queryClient } from '../../data/queries.ts';
import { notify } from '../../ui/index.ts';
import { sourceOf, switchModel } from './settings.ts';
import type { Follow } from './use-follow.ts';
import type { SourceUpload } from './use-source-upload.ts';
import type { Studio } from './use-studio.ts';

/** `?remix=<image>` opens with that image's recipe, `?source=<image>` with the image itself to draw from. */
export function useRecipeFromAddress(studio: Studio, upload: SourceUpload, follow: Follow): void {
  const { t } = useLingui();
  const textOf = useFailureText();
  const navigate = useNavigate();
  const { remix, source } = useSearch({ from: paths.studio });
  const takeRecipe = async ({ recipe }: Image) => {
    if (!recipe) return notify({ text: t`This picture was uploaded and has no recipe.` });
    await follow(recipe, {
      same: t`The recipe is taken over. Change it and generate.`,
      other: t`The recipe is taken over; its model is not available, so another one stands in.`,
    });
  };
  const takePicture = (image: Image) => {
    upload.giveUp();
    const texts = { taken: t`The picture is the source image now.`, none: t`No model here can draw from a picture.` };
    notify({ text: takeSource(studio, image, texts) });
  };
  const take = useEffectEvent(async (id: string, kind: 'remix' | 'source', left: AbortSignal) => {
    try {
      const image = await queryClient.ensureQueryData(imageQuery(id));
      if (left.aborted) return;
      await (kind === 'remix' ? takeRecipe(image) : takePicture(image));
    } catch (error) {
      if (!left.aborted) notify({ text: textOf(error), tone: 'bad' });
    }
    // The address is used up: a reload must not overwrite what was changed since. Who has left is not called back.
    if (!left.aborted) await navigate({ to: paths.studio, search: {}, replace: true });
  });
  useEffect(() => {
    const id = remix ?? source;
    if (!id) return undefined;
    const leaving = new AbortController();
    void take(id, remix ? 'remix' : 'source', leaving.signal);
    return () => leaving.abort();
  }, [remix, source]);
}

/** A model that only draws from text gives way to the first that can draw from a picture. */
function takeSource(studio: Studio, image: Image, texts: { taken: string; none: string }): string {
  const first = studio.models.find(({ capabilities }) => capabilities.imageToImage);
  if (!first) return texts.none;
  studio.change((settings, model) => ({
    ...switchModel(settings, model, model.capabilities.imageToImage ? model : first),
    source: sourceOf(image),
  }));
  return texts.taken;
}
