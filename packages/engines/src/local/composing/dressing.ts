import type { ModelWords, RgbaPicture } from '@rendermart/diffusion';
import table from './dressing.json' with { type: 'json' };
import { perModel, tidy } from './folding.ts';
import { type FramedStyle, inFrameOf } from './framing.ts';
import { idsOfNames, keyOf, runsOf } from './naming.ts';
import { intoPalette, isPainted, nearPalettes } from './palette.ts';
import type { Plan } from './plan.ts';
import { shaded } from './shading.ts';
import { inEvenSurfaces, isEven } from './surfaces.ts';
import { type Thing, stylesOf } from './things.ts';

/*
 * A thing in a style that nobody drew it in: the network draws it in a style that somebody did, and a rule dresses that in the
 * asked one. What makes a drawing flat, an icon, a blob or a sticker is to a great part how much of the frame it fills and its
 * colours; what makes it a cartoon, its shading. 3d is only framed. The same as training/dressing.py, against which a test holds it; training/record_dressing.py wrote the table.
 */

/** How a thing is dressed. */
export interface Dress {
  as: FramedStyle;
  /** The style in which the network draws it. */
  from: string;
  /** How far its colours move: standard deviation, of 1, of the colours around one; 0 where they stay as the network has them. */
  spread: number;
}

/** The dresses of each thing, by its English name. */
const listed: Map<string, Dress[]> = Map.groupBy(
  Object.entries<Readonly<Record<string, string>>>(table).flatMap(([as, dresses]) =>
    Object.entries(dresses).flatMap(([dress, names]) => {
      const [from, spread] = dress.split(' ');
      return names.split('|').map((name) => ({ name, as: as as FramedStyle, from: from!, spread: Number(spread) }));
    }),
  ),
  ({ name }) => name,
);

/** The dresses of each name of a thing, the ids of its words as one key. */
const wardrobeOf = perModel((model): ReadonlyMap<string, readonly Dress[]> => {
  const every = model.vocabulary.concepts.flatMap(({ en, fr }) =>
    [en, fr].map((name): [string, readonly Dress[]] => [keyOf(idsOfNames(name, model, new Set())), listed.get(en) ?? []]),
  );
  // Of two things with one name the first counts.
  return new Map(every.toReversed());
});

/**
 * How the longest name in a text is dressed in a style; undefined where it was drawn in that, or is left to the network.
 * Words for styles do not count: what has one in its name ("name badge") is left alone.
 */
export function dressOf(text: string, style: string, model: ModelWords): Dress | undefined {
  const wardrobe = wardrobeOf(model);
  const named = runsOf(idsOfNames(text, model, new Set(model.vocabulary.styles.keys()))).find((key) => wardrobe.has(key));
  return named === undefined ? undefined : wardrobe.get(named)!.find(({ as }) => as === style);
}

/** A plan whose things are dressed where nobody drew them in the one style that is asked of them. */
export function withDresses(plan: Plan, model: ModelWords): Plan {
  if (plan.treatment !== null) return plan;
  const things = plan.things.map((thing): Thing => {
    const [style, another] = new Set(stylesOf(thing, plan, model));
    const dress = style === undefined || another !== undefined ? undefined : dressOf(thing.prompt, style, model);
    return dress ? { ...thing, prompt: withoutStyles(thing.prompt, model), dress } : thing;
  });
  return { ...plan, things };
}

const withoutStyles = (text: string, { vocabulary }: ModelWords): string =>
  tidy(text.replaceAll(/[a-z0-9]+/g, (word) => (vocabulary.styles.has(word) ? '' : word)));

/** A thing as the network drew it, dressed. */
export function dressed(drawn: RgbaPicture, { as, spread }: Dress): RgbaPicture {
  const framed = inFrameOf(as, drawn);
  if (!isPainted(as)) return framed;
  if (spread === 0) return isEven(as) ? inEvenSurfaces(framed, nearPalettes([as])) : framed;
  const even = inEvenSurfaces(framed, intoPalette(as, spread));
  return as === 'cartoon' ? shaded(even) : even;
}
