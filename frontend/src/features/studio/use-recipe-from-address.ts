import { useLingui } from '@lingui/react/macro';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef } from 'react';
import { paths } from '../../app/paths.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { imageQuery, queryClient } from '../../data/queries.ts';
import { notify } from '../../ui/index.ts';
import { sourceOf, switchModel } from './settings.ts';
import { useFollow } from './use-follow.ts';
import type { Studio } from './use-studio.ts';

/** `?remix=<image>` opens with that image's recipe, `?source=<image>` with the image itself to draw from. */
export function useRecipeFromAddress(studio: Studio): void {
  const { t } = useLingui();
  const textOf = useFailureText();
  const follow = useFollow(studio);
  const navigate = useNavigate();
  const { remix, source } = useSearch({ from: paths.studio });
  const handled = useRef<string | undefined>(undefined);
  const take = useEffectEvent(async (id: string, kind: 'remix' | 'source') => {
    try {
      const image = await queryClient.ensureQueryData(imageQuery(id));
      if (kind === 'remix')
        notify({
          text: image.recipe
            ? await follow(image.recipe, {
                same: t`The recipe is taken over. Change it and generate.`,
                other: t`The recipe is taken over; its model is not available, so another one stands in.`,
              })
            : t`This picture was uploaded and has no recipe.`,
        });
      else
        notify({
          text: takeSource(studio, image, {
            taken: t`The picture is the source image now.`,
            none: t`No model here can draw from a picture.`,
          }),
        });
    } catch (error) {
      notify({ text: textOf(error), tone: 'bad' });
    }
    // The address is used up: a reload must not overwrite what was changed since.
    await navigate({ to: paths.studio, search: {}, replace: true });
    handled.current = undefined;
  });
  useEffect(() => {
    const id = remix ?? source;
    if (!id || handled.current === id) return;
    handled.current = id;
    void take(id, remix ? 'remix' : 'source');
  }, [remix, source]);
}

type Image = Parameters<typeof sourceOf>[0];

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
