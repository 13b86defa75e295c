import type { Image, LicenceKind, ListingInput } from '@rendermart/contract';
import { parseAmount } from '../../data/credits.ts';

/** An offer as its form holds it: everything is text until it is sent. */
export interface SellDraft {
  licence: LicenceKind;
  price: string;
  isLimited: boolean;
  edition: string;
  title: string;
  description: string;
  showRecipe: boolean;
}
export type SellLack = 'price' | 'edition' | 'title';

const titleLength = 120;

export function draftOf(image: Pick<Image, 'title' | 'prompt'>): SellDraft {
  return {
    licence: 'commercial',
    price: '',
    isLimited: false,
    edition: '10',
    title: (image.title ?? image.prompt).slice(0, titleLength),
    description: '',
    showRecipe: false,
  };
}

/** What must be put right before the offer is sent. */
export function lacksOf(draft: SellDraft): ReadonlySet<SellLack> {
  const checks: [SellLack, boolean][] = [
    ['price', parseAmount(draft.price) !== null],
    ['edition', !hasEdition(draft) || editionOf(draft) !== null],
    ['title', draft.title.trim() !== ''],
  ];
  return new Set(checks.filter(([, isRight]) => !isRight).map(([lack]) => lack));
}

/** The offer as the server takes it. An exclusive sale follows from its licence, and happens once. */
export function inputOf(imageId: string, draft: SellDraft): ListingInput {
  const { licence, title, description, showRecipe } = draft;
  return {
    imageId,
    licence,
    title,
    description,
    showRecipe,
    kind: licence === 'exclusive' ? 'exclusive' : 'licence',
    priceCredits: String(parseAmount(draft.price)),
    editionLimit: hasEdition(draft) ? editionOf(draft) : null,
  };
}

const hasEdition = ({ licence, isLimited }: SellDraft): boolean => isLimited && licence !== 'exclusive';

function editionOf({ edition }: SellDraft): number | null {
  const copies = parseAmount(edition);
  return copies !== null && copies <= 10_000n ? Number(copies) : null;
}
