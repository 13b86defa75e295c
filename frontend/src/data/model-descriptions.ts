import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';

/** What the built-in models say of themselves, in the words of their manifests, and the same for readers of every language. */
export const builtInDescriptions: readonly (readonly [asStored: string, text: MessageDescriptor])[] = [
  [
    'Stickers of about 1,600 things, in six styles and twelve colours, on a transparent background. Knows English and French words.',
    msg`Stickers of about 1,600 things, in six styles and twelve colours, on a transparent background. Knows English and French words.`,
  ],
  [
    'Learned: sharper edges for drawings. Doubles, or doubles twice.',
    msg`Learned: sharper edges for drawings. Doubles, or doubles twice.`,
  ],
  [
    'Plain resampling with three lobes: adds nothing that is not in the picture. For photographs and pixel-true work.',
    msg`Plain resampling with three lobes: adds nothing that is not in the picture. For photographs and pixel-true work.`,
  ],
  ['A hosted model: prompts leave this installation.', msg`A hosted model: prompts leave this installation.`],
];

/** A model's description in the reader's language where it is one of ours; an administrator's own words are shown as they are. */
export function useModelDescription(): (model: { description: string }) => string {
  const { i18n } = useLingui();
  return ({ description }) => {
    const text = builtInDescriptions.find(([asStored]) => asStored === description)?.[1];
    return text ? i18n._(text) : description;
  };
}
