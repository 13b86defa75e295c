import { useLingui } from '@lingui/react/macro';
import type { Generation, Recipe } from '@rendermart/contract';
import { useEffect, useRef } from 'react';
import { useFailureText } from '../../data/failure-texts.ts';
import { notify } from '../../ui/index.ts';
import { sourceOfRecipe } from './recipe-source.ts';
import type { SourceUpload } from './use-source-upload.ts';
import type { Studio } from './use-studio.ts';

/** What is said when the recipe's own model draws, and when another one stands in. */
interface Texts {
  same: string;
  other: string;
}

/**
 * Takes over a recipe with the picture that it draws from, and says so. Only the last one that was asked for counts, and only
 * while nobody has written or chosen anything since.
 */
export function useFollow(studio: Studio, upload: SourceUpload) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const last = useRef(0);
  const newest = useRef(studio);
  newest.current = studio;
  // Who has left the studio asks for none any more.
  useEffect(() => () => void last.current++, []);
  return async (recipe: Recipe | Generation, { same, other }: Texts): Promise<void> => {
    const own = ++last.current;
    const isLast = () => own === last.current;
    const before = heldBy(newest.current);
    // A picture that is on its way was asked for before this. One that is chosen from now on is newer, and keeps its place.
    upload.giveUp();
    try {
      const { source, isLost } = await sourceOfRecipe(recipe);
      if (!isLast() || heldBy(newest.current) !== before) return;
      const text = newest.current.follow(recipe, source) ? same : other;
      notify({ text: isLost ? `${text} ${t`Its source image could not be taken over: it was deleted or is not yours.`}` : text });
    } catch (error) {
      if (isLast()) notify({ text: textOf(error), tone: 'bad' });
    }
  };
}

/** By content: settings that mean the same are made anew whenever the models are read again. */
const heldBy = ({ prompt, settings }: Studio): string => JSON.stringify([prompt, settings]);

export type Follow = ReturnType<typeof useFollow>;
