import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';

/** The words in which the local engine names what it made by rule, as recipes keep them. A test holds them against the engine. */
export const proceduralWords: Readonly<Record<string, MessageDescriptor>> = {
  scene: msg`scene`,
  background: msg`background`,
  layout: msg`layout`,
  style: msg`style`,
  colour: msg`colour`,
  kind: msg`kind`,
  pose: msg`pose`,
  surfaces: msg`surfaces`,
  dress: msg`dress`,
  frame: msg`frame`,
  'one colour each': msg`one colour each`,
  'palette of the style': msg`palette of the style`,
  mirrored: msg`mirrored`,
  'each thing its own': msg`each thing its own`,
  'farm animal': msg`farm animal`,
  'sea animal': msg`sea animal`,
  'fantasy creature': msg`fantasy creature`,
  pet: msg`pet`,
  reptile: msg`reptile`,
  animal: msg`animal`,
  bird: msg`bird`,
  insect: msg`insect`,
  fruit: msg`fruit`,
  vegetable: msg`vegetable`,
  dessert: msg`dessert`,
  food: msg`food`,
  drink: msg`drink`,
  flower: msg`flower`,
  plant: msg`plant`,
  vehicle: msg`vehicle`,
  boat: msg`boat`,
  aircraft: msg`aircraft`,
  building: msg`building`,
  'musical instrument': msg`musical instrument`,
  tool: msg`tool`,
  sport: msg`sport`,
  shoe: msg`shoe`,
  clothing: msg`clothing`,
  face: msg`face`,
  job: msg`job`,
  weather: msg`weather`,
  toy: msg`toy`,
  furniture: msg`furniture`,
  device: msg`device`,
  red: msg`red`,
  orange: msg`orange`,
  yellow: msg`yellow`,
  green: msg`green`,
  turquoise: msg`turquoise`,
  blue: msg`blue`,
  purple: msg`purple`,
  pink: msg`pink`,
  brown: msg`brown`,
  black: msg`black`,
  white: msg`white`,
  grey: msg`grey`,
  meadow: msg`meadow`,
  snow: msg`snow`,
  forest: msg`forest`,
  mountains: msg`mountains`,
  desert: msg`desert`,
  beach: msg`beach`,
  sea: msg`sea`,
  city: msg`city`,
  space: msg`outer space`,
  sky: msg`sky`,
  underwater: msg`under water`,
  'at dawn': msg`at dawn`,
  'at sunset': msg`at sunset`,
  'at night': msg`at night`,
  rain: msg`rain`,
  fog: msg`fog`,
  plain: msg`plain`,
  gradient: msg`gradient`,
  dots: msg`dots`,
  stripes: msg`stripes`,
  rays: msg`rays`,
  confetti: msg`confetti`,
  together: msg`together`,
  beside: msg`beside each other`,
  left: msg`the first on the left`,
  right: msg`the first on the right`,
  on: msg`the first on the second`,
  above: msg`the first above the second`,
  under: msg`the first under the second`,
  before: msg`the first before the second`,
  behind: msg`the first behind the second`,
  '3d': msg`3D`,
  flat: msg`flat`,
  cartoon: msg`cartoon`,
  icon: msg`icon`,
  blob: msg`blob`,
  sticker: msg`sticker`,
  'chosen by the seed': msg`chosen by the seed`,
  'pixel art (coarse grid, few colours)': msg`pixel art (coarse grid, few colours)`,
  'line drawing (difference of blurs)': msg`line drawing (difference of blurs)`,
};

/** One part of a recipe, taken apart: what kind of part it is, and what it says. Null for a part of another engine. */
export function splitPart(part: string): { kind: string; words: string[] } | null {
  const [, kind, rest] = /^(scene|background|kind|layout|pose|surfaces|dress|frame|style|colour): (.+)$/.exec(part) ?? [];
  if (kind === undefined || rest === undefined) return null;
  return { kind, words: kind === 'style' && rest.endsWith(')') ? [rest] : rest.split(', ') };
}

const colour = /^#[0-9a-f]{6}(?: and #[0-9a-f]{6})?$/;
const things = /^(\d+) things$/;
const drawnAs = /^drawn as (.+)$/;
const over = /^over (.+)$/;
/** How the engine words a pose, with the numbers in it. */
export const poseForms = { tilted: /^tilted (\d+)° (left|right)$/, stretched: /^(\d+) % (wider|taller)$/ };

/** The name in the reader's language of a thing that a recipe names in both, "fox (renard)"; undefined for anything else. */
export function thingIn(locale: string, word: string): string | undefined {
  const [, english, french] = /^([^()]+) \(([^()]+)\)$/.exec(word) ?? [];
  return locale === 'fr' ? french : english;
}

/** What an image was made of by rule, in the reader's language; null when it says something that this page has no words for. */
export function useProceduralText(): (part: string) => string | null {
  const { t, i18n } = useLingui();
  const poseText = (word: string): string | undefined => {
    const [, degrees, side] = poseForms.tilted.exec(word) ?? [];
    if (degrees !== undefined) return side === 'left' ? t`tilted ${degrees}° to the left` : t`tilted ${degrees}° to the right`;
    const [, percent, way] = poseForms.stretched.exec(word) ?? [];
    if (percent === undefined) return undefined;
    return way === 'wider' ? t`${percent}% wider` : t`${percent}% taller`;
  };
  const textOf = (word: string): string | undefined => {
    const count = things.exec(word)?.[1];
    if (count !== undefined) return t`${count} things`;
    const first = drawnAs.exec(word)?.[1];
    const thing = first === undefined ? undefined : textOf(first);
    if (thing !== undefined) return t`drawn as ${thing}`;
    const under = over.exec(word)?.[1];
    const style = under === undefined ? undefined : textOf(under);
    if (style !== undefined) return t`over a drawing in the style ${style}`;
    const pose = poseText(word);
    if (pose !== undefined) return pose;
    if (colour.test(word)) return word.replace(' and ', ' → ');
    const message = proceduralWords[word];
    return message ? i18n._(message) : thingIn(i18n.locale, word);
  };
  return (part) => {
    const split = splitPart(part);
    const [kind, texts] = [split && textOf(split.kind), split?.words.map(textOf)];
    if (kind === null || kind === undefined || !texts?.every((text) => text !== undefined)) return null;
    const said = texts.join(', ');
    return t`${kind}: ${said}`;
  };
}
