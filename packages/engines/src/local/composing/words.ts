import type { Pattern, Place, TimeOfDay, Weather } from '../scenes/index.ts';

/*
 * The words that composing understands, English and French, as parts of regular expressions over folded text (lower case,
 * no accents, apostrophes as spaces). "a" is both an English article and a French preposition ("à"), hence "a la".
 */

const determiner = '(?:(?:the|a|an|some|my|la|le|les|l|un|une|des|mon|ma)\\s+)?';
const preposition =
  '(?:in front of|in|on|at|under|by|near|through|across|devant|dans|sur|sous|en|aux?|a la|a l|parmi|pres (?:de|du|des)|au bord (?:de|du))';
const adjective =
  '(?:(?:snowy|snow covered|starry|sunny|deep|dark|green|big|great|busy|modern|quiet|magic|magical|enchanted|beautiful|sandy|tropical|foggy|misty|rainy|night|winter|blue|open|belle?|grande?|vaste|sombre|profond|ensoleillee?)\\s+)?';

export const placeWords: Record<Place, string> = {
  underwater: 'under (?:the )?(?:sea|water|ocean)|underwater|sous l eau|sous la mer|fond de (?:la )?mer|ocean floor|sea ?bed',
  snow: 'snow|winter|neige|hiver',
  beach: 'beach|seaside|sea shore|seashore|desert island|tropical island|plage|bord de (?:la )?mer|ile deserte|ile tropicale',
  forest: 'forest|woods|woodland|jungle|foret|bois',
  city: 'city|town|street|downtown|skyline|ville|rue',
  space: 'outer space|space|galaxy|cosmos|universe|espace|galaxie|univers',
  mountains: 'mountains?|alps|montagnes?|alpes',
  meadow:
    'meadow|fields?|grass|garden|park|countryside|farm|hills?|lawn|prairie|champs?|pre|herbe|jardin|parc|campagne|ferme|collines?|pelouse',
  desert: 'desert|dunes?|sahara',
  sea: 'sea|ocean|water|waves|lake|mer|eau|vagues|lac',
  sky: 'sky|clouds|air|ciel|nuages',
};

export const timeWords: Record<TimeOfDay, string> = {
  night: `(?:at|by|during the|in the) night|(?:under|in) (?:the|a) (?:stars|moon|moonlight)|moonlit|(?:la|de) nuit|dans la nuit|nocturne|sous (?:les etoiles|la lune)|parmi les etoiles|at midnight|a minuit`,
  sunset: `(?:at |in the )?sunset|(?:au |un )?coucher (?:de|du) soleil|(?:at |in the )?dusk|au crepuscule|crepuscule|(?:in the|this) evening|(?:le|du) soir`,
  dawn: `(?:at |in the )?(?:dawn|sunrise)|(?:a )?l aube|aube|(?:au |un )?lever (?:de|du) soleil|in the morning|(?:le|au) matin`,
  day: `by day|(?:at|during the) day|de jour|le jour|at noon|a midi|in the sun|au soleil`,
};

export const weatherWords: Record<Exclude<Weather, 'clear'>, string> = {
  snow: 'snowy|snow covered|snow[- ]?capped|enneigee?s?|under (?:the )?snow|sous la neige|it is snowing|snowing',
  rain: 'in (?:the )?rain|under (?:the )?rain|rainy|sous la pluie|pluvieu(?:x|se)|raining',
  fog: 'in (?:the )?(?:fog|mist)|foggy|misty|dans (?:le brouillard|la brume)|brumeu(?:x|se)',
};

/** "in the snow", "sur la plage": a place that a preposition names. */
export const placePhrase = (words: string): RegExp =>
  new RegExp(`(?<![a-z0-9])${preposition}\\s+${determiner}${adjective}(?:${words})(?![a-z0-9])`, 'g');

/** A place without a preposition: "snowy mountains", "beach". */
export const barePlace = (words: string): RegExp =>
  new RegExp(`(?<![a-z0-9])${determiner}${adjective}(?:${words})(?![a-z0-9])`, 'g');

export const phrase = (words: string): RegExp => new RegExp(`(?<![a-z0-9])(?:${words})(?![a-z0-9])`, 'g');

export const underwater = phrase(placeWords.underwater);

/** Colours of backgrounds: softer than those of things, so that a thing of the same colour still stands out. */
export const backgroundColours: Record<string, string> = {
  red: '#ef6a63',
  orange: '#ffa24c',
  yellow: '#ffd95a',
  green: '#7ecb7a',
  turquoise: '#5fd0c5',
  blue: '#5aa9f0',
  purple: '#a78bec',
  pink: '#ff9fc4',
  brown: '#a97c57',
  black: '#16161c',
  white: '#ffffff',
  grey: '#b3b8c2',
  gold: '#f0c14b',
  beige: '#f0e2c8',
  navy: '#24386b',
};

const colourForms: Record<string, string> = {
  red: 'red|rouge',
  orange: 'orange',
  yellow: 'yellow|jaune',
  green: 'green|verte?',
  turquoise: 'turquoise|teal|cyan',
  blue: 'light blue|sky blue|blue|bleue? clair|bleue?',
  purple: 'purple|violet|violette|mauve|lilac|lilas',
  pink: 'pink|rose',
  brown: 'brown|marron|brune?',
  black: 'black|noire?',
  white: 'white|blanc|blanche',
  grey: 'grey|gray|grise?',
  gold: 'golden?|doree?|or',
  beige: 'beige|cream|creme',
  navy: 'navy|dark blue|bleu marine|bleu fonce',
};

/** The colours that a text names, in its order. */
export function coloursIn(text: string): string[] {
  const found = Object.entries(colourForms).flatMap(([name, forms]) =>
    Array.from(text.matchAll(phrase(forms)), ({ index }) => ({ name, index })),
  );
  return found.toSorted((a, b) => a.index - b.index).map(({ name }) => name);
}

const anyColour = Object.values(colourForms).join('|');

export const patternWords: Record<Exclude<Pattern, 'plain'>, string> = {
  gradient: 'gradient|degradee?|ombre',
  dots: 'polka dots?|dotted|dots|a pois|pois',
  stripes: 'striped|stripes|a rayures|rayures|rayee?',
  rays: 'sunburst|rays|rayons',
  confetti: 'confettis?|party|fete',
};

const anyPattern = Object.values(patternWords).join('|');
const filler = `(?:${anyColour}|${anyPattern}|plain|solid|simple|uni|clair|fonce|and|et|to|vers|a|with|avec|de|en)`;

/** "on a pink and blue gradient background", "sur fond bleu": from the preposition to the last word that describes it. */
export const backgroundPhrase = new RegExp(
  `(?<![a-z0-9])(?:(?:on|with|against|over|sur|avec|devant)\\s+)?${determiner}(?:` +
    `(?:${filler}\\s+)*(?:${anyColour}|${anyPattern}|plain|solid)\\s+(?:background|backdrop)|` +
    `(?:fond|arriere plan|background|backdrop)(?:\\s+${filler})+)(?![a-z0-9])`,
  'g',
);

/** "beach background", "fond de plage". */
export const backgroundOfPlace = (words: string): RegExp =>
  new RegExp(
    `(?<![a-z0-9])(?:(?:on|with|against|sur|avec)\\s+)?${determiner}(?:(?:${words})\\s+(?:background|backdrop)|(?:fond|arriere plan)\\s+(?:de|d|du)\\s+${determiner}(?:${words}))(?![a-z0-9])`,
    'g',
  );

export type Treatment = 'pixel' | 'line';

/** Drawing styles that are made from the network's picture by rule. */
export const treatmentWords: Record<Treatment, string> = {
  pixel: 'pixel ?art|pixel(?:s|ated)?|pixelisee?|8 ?bits?|16 ?bits?|en pixels',
  line: 'line ?art|line drawing|outline(?:d)?|colou?ring page|sketch|pencil|ink|dessin au trait|au trait|croquis|coloriage|esquisse|au crayon',
};

export type Relation = 'beside' | 'left' | 'right' | 'on' | 'above' | 'under' | 'before' | 'behind';

/** From the longest to the shortest: "on top of" before "on". */
export const relationWords: readonly (readonly [Relation, string])[] = [
  ['left', '(?:to the |on the )?left of|a (?:la )?gauche (?:de|du|des|d)'],
  ['right', '(?:to the |on the )?right of|a (?:la )?droite (?:de|du|des|d)'],
  ['on', 'on top of|sitting on|standing on|assise? sur|debout sur|pose(?:e)? sur'],
  ['above', 'above|over|flying over|au dessus (?:de|du|des|d)'],
  ['under', 'below|underneath|beneath|under|en dessous (?:de|du|des|d)|au dessous (?:de|du|des|d)|sous'],
  ['before', 'in front of|devant'],
  ['behind', 'behind|derriere'],
  ['beside', 'next to|beside|besides|near|by|a cote (?:de|du|des|d)|pres (?:de|du|des|d)|and|et|with|avec|plus'],
  ['on', 'on|sur'],
];

export const numberWords: Record<string, number> = {
  two: 2,
  deux: 2,
  '2': 2,
  couple: 2,
  pair: 2,
  three: 3,
  trois: 3,
  '3': 3,
  four: 4,
  quatre: 4,
  '4': 4,
  five: 5,
  cinq: 5,
  '5': 5,
  six: 6,
  '6': 6,
};
