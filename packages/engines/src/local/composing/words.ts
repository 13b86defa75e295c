import type { Pattern, Place, TimeOfDay, Weather } from '../scenes/index.ts';

/*
 * The words that composing understands, English and French, as parts of regular expressions over folded text (lower case,
 * no accents, apostrophes as spaces). "a" is both an English article and a French preposition ("à"), hence "a la".
 */

const determiner = '(?:(?:the|a|an|some|my|la|le|les|l|un|une|des|mon|ma)\\s+)?';
const preposition =
  '(?:in front of|in|on|at|under|by|near|through|across|over|above|devant|dans|sur|sous|en|aux?|a la|a l|parmi|pres (?:de|du|des)|au bord (?:de|du)|au dessus (?:de|du|des)|' +
  '(?:with|avec)(?=\\s+(?:(?:the|an?|its|un|son|des|les?)\\s+)?(?:big |small |grand |petit )?(?:gardens?|jardins?|mountains|montagnes|fields|champs)(?![a-z0-9])))';
const adjective =
  '(?:(?:snowy|snow covered|starry|sunny|deep|dark|green|big|great|busy|modern|quiet|magic|magical|enchanted|beautiful|sandy|tropical|foggy|misty|rainy|night|winter|blue|open|calm|cloudy|stormy|frozen|medieval|futuristic|cyberpunk|belle?|grande?|vaste|sombre|profond|ensoleillee?)\\s+)?';

/** What French says of a place after it. */
const adjectivesAfter =
  '(?:\\s+(?:verte?s?|bleue?s?|blanche?s?|noire?s?|rouges?|roses?|orangees?|doree?s?|sombres?|profonde?s?|enchantee?s?|magiques?|enneigee?s?|ensoleillee?s?|etoilee?s?|tropicale?s?|deserte?s?|calmes?|immenses?|gelee?s?))*';

export const placeWords: Record<Place, string> = {
  underwater: 'under (?:the )?(?:sea|water|ocean)|underwater|sous l eau|sous la mer|fond de (?:la )?mer|ocean floor|sea ?bed',
  snow: 'snow|winter|neige|hiver',
  beach: 'beach|seaside|sea shore|seashore|desert island|tropical island|plage|bord de (?:la )?mer|ile deserte|ile tropicale',
  forest: 'forest|woods|woodland|jungle|foret|(?<!en )bois',
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
  night: `(?:at|by|during the|in the) night|on (?:an? |the )?(?:[a-z]+ )?night|(?:par|dans|pendant) une nuit(?: [a-z]+)?|(?:under|in) (?:the|a) (?:stars|moon|moonlight)|moonlit|(?:la|de) nuit|dans la nuit|nocturne|sous (?:les etoiles|la lune)|parmi les etoiles|at midnight|a minuit`,
  sunset: `(?:at |in the )?sunset|(?:au |un )?coucher (?:de|du) soleil|(?:at |in the )?dusk|au crepuscule|crepuscule|(?:in the|this) evening|(?:le|du) soir`,
  dawn: `(?:at |in the )?(?:dawn|sunrise)|(?:a )?l aube|aube|(?:au |un )?lever (?:de|du) soleil|in the morning|(?:le|au) matin`,
  day: `by day|(?:at|during the) day|de jour|le jour|at noon|a midi|in the sun|au soleil`,
};

export const weatherWords: Record<Exclude<Weather, 'clear'>, string> = {
  snow: 'snowy|snow covered|snow[- ]?capped|enneigee?s?|under (?:the )?snow|sous la neige|it is snowing|snowing',
  rain: 'in (?:the )?rain|under (?:the )?rain|rainy|sous la pluie|pluvieu(?:x|se)|raining|in (?:a |the )?(?:thunder)?storm|stormy|dans la tempete|sous l orage',
  fog: 'in (?:the )?(?:fog|mist)|foggy|misty|dans (?:le brouillard|la brume)|brumeu(?:x|se)',
};

/** Times and weathers that need no preposition between commas: "castle, night". */
export const bareTimes: Record<TimeOfDay, string> = {
  night: 'night(?: ?time)?|midnight|nuit|minuit',
  sunset: 'evening|golden hour|soir',
  dawn: 'morning|matin',
  day: 'day(?: ?time)?|jour|journee',
};

export const bareWeathers: Record<Exclude<Weather, 'clear'>, string> = {
  snow: 'snow ?fall|snow ?storm|blizzard|tempete de neige',
  rain: 'rain|(?:thunder ?)?storm|pluie|orage|tempete',
  fog: 'fog|mist|brouillard|brume',
};

/** "in the snow", "sur la plage": a place that a preposition names. */
export const placePhrase = (words: string): RegExp =>
  new RegExp(`(?<![a-z0-9])${preposition}\\s+${determiner}${adjective}(?:${words})${adjectivesAfter}(?![a-z0-9])`, 'g');

/** A place that things are said to be in: "a garden with flowers". */
export const placeWith = (words: string): RegExp =>
  new RegExp(`^\\s*${determiner}${adjective}(?:${words})${adjectivesAfter}\\s+(?:with|avec)(?![a-z0-9])`, 'g');

/** A place without a preposition: "snowy mountains", "beach". */
export const barePlace = (words: string): RegExp =>
  new RegExp(`(?<![a-z0-9])${determiner}${adjective}(?:${words})(?![a-z0-9])`, 'g');

/** A whole part between commas, without an article that would make it one of several things: "castle, dark forest, the night". */
export const wholePart = (words: string): RegExp =>
  new RegExp(`(?<=^|,)\\s*(?:(?:the|la|le|les|l)\\s+)?${adjective}(?:${words})${adjectivesAfter}\\s*(?=,|$)`, 'g');

export const phrase = (words: string): RegExp => new RegExp(`(?<![a-z0-9])(?:${words})(?![a-z0-9])`, 'g');

/** Any place, with or without a preposition. */
export const anyPlace = new RegExp(`(?<![a-z0-9])(?:${Object.values(placeWords).join('|')})(?![a-z0-9])`);

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
    `(?:${filler}\\s+)*(?:${anyColour}|${anyPattern}|plain|solid|simple)\\s+(?:background|backdrop)|` +
    `(?:fond|arriere plan|background|backdrop)(?:\\s+${filler})+)(?![a-z0-9])`,
  'g',
);

/** "on a transparent background", "sans fond": nothing behind. */
export const noBackground = new RegExp(
  `(?<![a-z0-9])(?:(?:on|with|against|over|sur|avec|a)\\s+)?${determiner}(?:` +
    '(?:transparent|empty|no|without|sans)\\s+(?:(?:an?|any|un|aucun)\\s+)?(?:background|backdrop|fond|arriere plan)|' +
    '(?:background|backdrop|fond|arriere plan)\\s+(?:transparente?|vide))(?![a-z0-9])',
  'g',
);

const notWanted =
  '(?:(?:but|mais) )?(?:without|with no|sans|not|pas|no|ni|never|jamais|' +
  '(?:(?:i|we|you) )?(?:do not|don t|dont) (?:want|like|need|draw|add)|(?:(?:je|j) )?(?:ne |n )?(?:veux|aime|mets?|dessinez?) (?:pas|plus))';
const endsNegation =
  '(?:and|et|but|mais|or|nor|ou|ni|with|avec|in|on|at|dans|sur|sous|under|near|by|next|behind|en|a|au|aux|that|who|qui)';
const denied = `(?:\\s+(?:an?|any|the|une?|d|de|du|des|la|le|les))?(?:\\s+(?!${endsNegation}(?![a-z0-9]))[a-z0-9]+){1,3}`;

/** "without a hat or a coat", "sans chapeau", "but not red": from the word that denies to the end of what is denied. */
export const negation = new RegExp(`(?<![a-z0-9])${notWanted}${denied}(?:\\s+(?:or|nor|ou|ni)${denied})*(?![a-z0-9])`, 'g');

/** What a negation denies. */
export const negated = (text: string): string =>
  text.replace(new RegExp(`^${notWanted}(?:\\s+(?:an?|any|the|une?|d|de|du|des|la|le|les)(?![a-z0-9]))?\\s+`), '');

/** Where a thing stands by itself ("on the left", "à droite"), not beside another. */
export const sidePhrase =
  /(?<![a-z0-9])(?:(?:on|to|at) the (?:left|right)(?! (?:of|side)(?![a-z0-9]))|(?:a|sur la) (?:gauche|droite)(?! (?:de|du|des|d)(?![a-z0-9])))(?![a-z0-9])/g;

export const sideIn = (text: string | undefined): Relation | undefined =>
  text === undefined ? undefined : /left|gauche/.test(text) ? 'left' : 'right';

const featureWords =
  'eyes?|hair|fur|ears?|tails?|wings?|legs?|nose|teeth|beard|moustache|mustache|yeux|cheveux|poils?|pelage|oreilles?|queue|ailes?|pattes?|nez|dents?|barbe|criniere|mane';
const described = `(?:(?:the|an?|its|big|small|long|short|curly|large|des|de|d|les|la|le|un|une|grands?|grandes?|petits?|petites?|longs?|longues?|courts?|${anyColour})\\s+)*`;

export const beginsWithFeature = new RegExp(`^${described}(?:${featureWords})(?![a-z0-9])`);

const feature = `${described}(?:${featureWords})(?:\\s+(?:(?:${anyColour})s?|longs?|courts?|boucles?))*(?![a-z0-9])`;

/** "with blue eyes", "aux yeux bleus": how a part of a thing looks. */
export const withFeature = new RegExp(`(?<![a-z0-9])(?:with|avec|aux?|a la|a l|a)\\s+${feature}`, 'g');

/** The same between commas: "a cat, blue eyes". */
export const bareFeature = new RegExp(`(?<=^|,)\\s*${feature}\\s*(?=,|$)`, 'g');

/** "beach background", "fond de plage", "mountains in the background". */
export const backgroundOfPlace = (words: string): RegExp =>
  new RegExp(
    `(?<![a-z0-9])(?:(?:on|with|against|sur|avec)\\s+)?${determiner}(?:` +
      `(?:${words})\\s+(?:(?:in the )?(?:background|backdrop)|(?:a l|en) arriere plan|en fond)|` +
      `(?:fond|arriere plan)\\s+(?:de|d|du)\\s+${determiner}(?:${words}))(?![a-z0-9])`,
    'g',
  );

export type Treatment = 'pixel' | 'line';

/** Drawing styles that are made from the network's picture by rule. */
export const treatmentWords: Record<Treatment, string> = {
  pixel: 'pixel ?art|pixel(?:s|ated)?|pixelisee?|8 ?bits?|16 ?bits?|en pixels',
  line: 'line ?art|line drawing|outline(?:d)?|colou?ring page|sketch|(?:in |pen and )?(?:pencil|ink) (?:drawing|sketch|style|art)|in (?:pencil|ink)|pen and ink|dessin au trait|au trait|croquis|coloriage|esquisse|au crayon',
};

export type Relation = 'beside' | 'left' | 'right' | 'on' | 'above' | 'under' | 'before' | 'behind';

/** What sits on a head, in the words after "with" or "in". */
const worn =
  '(?= (?:(?:an?|the|un|une|des|le|la|les) )?(?:[a-z]+ )?(?:hat|cap|crown|helmet|glasses|sunglasses|chapeau|casquette|couronne|casque|lunettes|bonnet)(?![a-z0-9]))';

interface RelationForms {
  relation: Relation;
  forms: string;
  /** Whether the second thing stands so to the first: "a cat wearing a hat" is a hat on a cat. */
  isReverse?: true;
}

/** From the longest to the shortest: "on top of" before "on". */
export const relationWords: readonly RelationForms[] = [
  { relation: 'left', forms: '(?:to the |on the )?left of|a (?:la )?gauche (?:de|du|des|d)' },
  { relation: 'right', forms: '(?:to the |on the )?right of|a (?:la )?droite (?:de|du|des|d)' },
  {
    relation: 'on',
    forms: `wearing|qui porte|qui portent|portant|coiffee?s? (?:de|d)|(?:with|in|avec)${worn}`,
    isReverse: true,
  },
  {
    relation: 'on',
    forms:
      'on top of|sitting on|standing on|riding(?: on)?|assise? sur|debout sur|pose(?:e)? sur|sur le dos (?:de|du|des|d)|a cheval sur|(?:qui )?chevauch(?:e|ant)',
  },
  { relation: 'above', forms: 'above|over|flying over|au dessus (?:de|du|des|d)' },
  { relation: 'under', forms: 'below|underneath|beneath|under|en dessous (?:de|du|des|d)|au dessous (?:de|du|des|d)|sous' },
  { relation: 'before', forms: 'in front of|devant' },
  { relation: 'behind', forms: 'behind|derriere' },
  {
    relation: 'beside',
    forms:
      'next to|beside|besides|near|by|a cote (?:de|du|des|d)|pres (?:de|du|des|d)|' +
      '(?:holding|carrying|eating|drinking|watching|chasing|hugging|playing with|looking at)|' +
      'qui (?:tient|tiennent|mange|mangent|boit|regarde|regardent|suit|joue avec)|tenant|mangeant|buvant|regardant',
  },
  { relation: 'on', forms: 'on(?! top)|sur|(?:in|inside|dans)(?= (?:an?|une?) (?!row|line|circle|group|ligne|cercle))' },
];

/** How many a word says; of many, as many as one picture shows. */
export const numberWords: Readonly<Record<string, number>> = {
  ...{
    one: 1,
    '1': 1,
    two: 2,
    deux: 2,
    '2': 2,
    couple: 2,
    pair: 2,
    paire: 2,
    three: 3,
    trois: 3,
    '3': 3,
    trio: 3,
    four: 4,
    quatre: 4,
    '4': 4,
  },
  ...{ five: 5, cinq: 5, '5': 5, six: 6, '6': 6, seven: 7, sept: 7, '7': 7, eight: 8, huit: 8, '8': 8, nine: 9, '9': 9, ten: 10 },
  ...{ dix: 10, '10': 10, dozen: 12, douzaine: 12, twelve: 12, douze: 12, '12': 12 },
  ...{ several: 3, plusieurs: 3, quelques: 3, many: 6, beaucoup: 6 },
};

/** Numbers that an article stands before: "a pair of", "une douzaine de". */
export const groupWords = 'couple|pair|paire|trio|dozen|douzaine';
