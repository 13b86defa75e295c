import { phrase } from './words.ts';

/** One kind of things: the words for it, and what it is drawn as, by the English names in a model's vocabulary. */
export interface KindWords {
  /** The words, English and French, as parts of regular expressions over folded text. */
  words: string;
  things: readonly string[];
}

/*
 * Words that name no thing, or too many to be one picture ("bird"). "tree", "fish", "hat", "ball" and "dinosaur" are no kinds: the
 * network draws these well. From the special to the general, as the first that fits wins. The things are typical of their kind and
 * were looked at in two styles; neighbours are unlike each other, because seeds in a row draw neighbours.
 */
export const kindWords = {
  'farm animal': {
    words: 'farm animals?|(?:animal|animaux) de (?:la )?ferme',
    things: ['cow', 'rooster', 'pig', 'goat', 'duck', 'horse', 'chicken', 'ewe', 'goose', 'rabbit', 'turkey'],
  },
  'sea animal': {
    words:
      '(?:sea|marine|ocean) (?:animals?|creatures?)|(?:animal|animaux|creatures?) (?:marin|marine|marins|marines)|(?:animal|animaux|creatures?) (?:de la|des) mers?|seafood|fruits? de mer',
    things: [
      'whale',
      'octopus',
      'tropical fish',
      'crab',
      'dolphin',
      'jellyfish',
      'shark',
      'lobster',
      'seal',
      'squid',
      'orca',
      'shrimp',
    ],
  },
  'fantasy creature': {
    words:
      '(?:fantasy|fantastic|mythical|magical|legendary|imaginary) (?:animals?|creatures?|beings?|beasts?)|(?:animal|animaux|creatures?|etres?|betes?) (?:fantastiques?|mythiques?|magiques?|legendaires?|imaginaires?)|creatures?|monsters?|monstres?',
    things: [
      'dragon',
      'ghost',
      'unicorn',
      'ogre',
      'alien',
      'phoenix',
      'alien monster',
      'hairy creature',
      'goblin',
      'mermaid',
      'zombie',
      'genie',
    ],
  },
  pet: {
    words: 'pets?|(?:animal|animaux) (?:de compagnie|domestiques?)',
    things: ['cat', 'dog', 'rabbit', 'hamster', 'tropical fish', 'turtle', 'mouse'],
  },
  reptile: { words: 'reptiles?', things: ['crocodile', 'snake', 'turtle', 'lizard'] },
  animal: {
    words: 'animals?|animaux|beasts?|betes?',
    things: [
      ...['fox', 'elephant', 'owl', 'cat', 'frog', 'crocodile', 'panda', 'penguin', 'cow', 'rabbit'],
      ...['turtle', 'lion', 'zebra', 'koala', 'horse', 'raccoon', 'kangaroo', 'dog', 'hedgehog', 'monkey'],
    ],
  },
  bird: {
    words: 'birds?|oiseaux?|birdies?',
    things: [
      'owl',
      'flamingo',
      'duck',
      'eagle',
      'penguin',
      'rooster',
      'swan',
      'baby chick',
      'peacock',
      'goose',
      'dodo',
      'turkey',
      'dove',
    ],
  },
  insect: {
    words: 'insects?|insectes?|bugs',
    things: ['butterfly', 'honeybee', 'lady beetle', 'ant', 'bug', 'beetle', 'fly'],
  },
  fruit: {
    words: 'fruits?',
    things: [
      ...['strawberry', 'banana', 'watermelon', 'pear', 'cherries', 'pineapple', 'grapes', 'peach', 'kiwi fruit'],
      ...['lemon', 'blueberries', 'mango', 'coconut', 'melon', 'tangerine', 'red apple'],
    ],
  },
  vegetable: {
    words: 'vegetables?|veggies?|legumes?',
    things: [
      'carrot',
      'broccoli',
      'eggplant',
      'tomato',
      'ear of corn',
      'cucumber',
      'onion',
      'pea pod',
      'bell pepper',
      'potato',
      'leafy green',
      'garlic',
    ],
  },
  dessert: {
    words: 'desserts?|sweets|sucreries?|friandises?|pastry|pastries|patisseries?',
    things: [
      'cupcake',
      'ice cream',
      'doughnut',
      'shortcake',
      'soft ice cream',
      'cookie',
      'birthday cake',
      'custard',
      'waffle',
      'chocolate bar',
      'pie',
    ],
  },
  food: {
    words: 'foods?|meals?|dish|dishes|snacks?|nourritures?|aliments?|repas',
    things: [
      'hamburger',
      'pizza',
      'sushi',
      'hot dog',
      'spaghetti',
      'taco',
      'sandwich',
      'french fries',
      'green salad',
      'pancakes',
      'burrito',
      'croissant',
      'cheese wedge',
      'steaming bowl',
    ],
  },
  drink: {
    words: 'drinks?|beverages?|boissons?',
    things: [
      'tropical drink',
      'hot beverage',
      'beer mug',
      'bubble tea',
      'wine glass',
      'cup with straw',
      'cocktail glass',
      'mate',
      'beverage box',
    ],
  },
  flower: {
    words: 'flowers?|fleurs?',
    things: ['tulip', 'sunflower', 'cherry blossom', 'rose', 'hibiscus', 'blossom', 'lotus', 'hyacinth'],
  },
  plant: {
    words: 'plants?|plantes?',
    things: [
      'cactus',
      'potted plant',
      'four leaf clover',
      'palm tree',
      'seedling',
      'herb',
      'sunflower',
      'shamrock',
      'evergreen tree',
      'tulip',
    ],
  },
  vehicle: {
    words: 'vehicles?|vehicules?|means of transport|moyens? de transport',
    things: [
      ...[
        'automobile',
        'bicycle',
        'bus',
        'tractor',
        'motorcycle',
        'fire engine',
        'racing car',
        'delivery truck',
        'motor scooter',
      ],
      ...['taxi', 'locomotive', 'ambulance', 'pickup truck', 'auto rickshaw', 'sport utility vehicle', 'articulated lorry'],
    ],
  },
  boat: {
    words: 'boats?|bateaux?|watercrafts?',
    things: ['sailboat', 'motor boat', 'canoe', 'ship', 'speedboat', 'ferry', 'passenger ship'],
  },
  aircraft: {
    words: 'aircrafts?|aeronefs?|flying machines?|engins? volants?',
    things: ['airplane', 'helicopter', 'small airplane', 'flying saucer'],
  },
  building: {
    words: 'buildings?|batiments?|edifices?',
    things: [
      ...['castle', 'house', 'office building', 'church', 'factory', 'hotel', 'classical building', 'hut'],
      ...['school', 'mosque', 'hospital', 'Japanese castle', 'stadium'],
    ],
  },
  'musical instrument': {
    words: '(?:musical |music )?instruments?(?: de musique| musica(?:l|ux))?',
    things: [
      'guitar',
      'trumpet',
      'drum',
      'violin',
      'accordion',
      'saxophone',
      'harp',
      'banjo',
      'musical keyboard',
      'flute',
      'long drum',
      'maracas',
    ],
  },
  tool: {
    words: 'tools?|outils?',
    things: [
      'hammer',
      'screwdriver',
      'carpentry saw',
      'wrench',
      'shovel',
      'axe',
      'clamp',
      'toolbox',
      'pick',
      'ladder',
      'scissors',
    ],
  },
  sport: {
    words: 'sports?|ball games?|sports? (?:balls?|equipment)|jeux? de (?:balle|ballon)|ballons? de sport|articles? de sport',
    things: [
      'soccer ball',
      'tennis',
      'basketball',
      'badminton',
      'american football',
      'boxing glove',
      'ice hockey',
      'ping pong',
      'rugby football',
      'softball',
    ],
  },
  shoe: {
    words: 'shoes?|footwear|chaussures?',
    things: ['running shoe', 'hiking boot', 'thong sandal', 'ballet shoes', 'woman’s boot'],
  },
  clothing: {
    words: 'clothing|clothes|garments?|vetements?|habits',
    things: ['t-shirt', 'dress', 'jeans', 'coat', 'socks', 'kimono', 'scarf', 'shorts', 'bikini', 'sari', 'lab coat', 'gloves'],
  },
  face: {
    words: 'faces?|visages?|smileys?|emoticons?|emoticones?|emotions?',
    things: [
      ...[
        'grinning face with big eyes',
        'smiling face with sunglasses',
        'crying face',
        'smiling face with heart-eyes',
        'angry face',
      ],
      ...['star-struck', 'winking face', 'astonished face', 'nerd face', 'sleeping face', 'smiling face with halo', 'zany face'],
      ...['face with tongue', 'relieved face', 'cowboy hat face', 'face screaming in fear'],
    ],
  },
  job: {
    words: 'jobs?|professions?|occupations?|metiers?',
    things: [
      'astronaut',
      'cook',
      'firefighter',
      'police officer',
      'farmer',
      'detective',
      'mechanic',
      'teacher',
      'scientist',
      'pilot',
    ],
  },
  weather: {
    words: 'weather|meteo|temps qu il fait',
    things: [
      'sun',
      'cloud with rain',
      'rainbow',
      'cloud with lightning',
      'snowflake',
      'sun behind cloud',
      'tornado',
      'cloud with snow',
    ],
  },
  toy: {
    words: 'toys?|jouets?',
    things: ['teddy bear', 'kite', 'game die', 'nesting dolls', 'yo-yo', 'carousel horse', 'puzzle piece', 'balloon'],
  },
  furniture: {
    words: 'furniture|furnitures|meubles?|mobilier',
    things: ['chair', 'couch and lamp', 'bed', 'file cabinet', 'mirror'],
  },
  device: {
    words: 'devices?|gadgets?|electronics|electronic devices?|appareils?(?: electroniques?)?(?! photo)|electronique',
    things: [
      'laptop',
      'camera',
      'television',
      'headphone',
      'telephone',
      'video game',
      'radio',
      'printer',
      'watch',
      'video camera',
      'desktop computer',
      'joystick',
    ],
  },
} as const satisfies Readonly<Record<string, KindWords>>;

export type KindName = keyof typeof kindWords;

/** Words beside a kind that say nothing of which thing is meant. */
const describingWords =
  'any|some|quelconque|big|large|giant|huge|small|little|tiny|mini|grande?s?|grosse?s?|gros|geante?s?|petite?s?|' +
  'cute|pretty|beautiful|lovely|nice|adorable|funny|cool|mignonn?e?s?|jolie?s?|beau|belle?s?|beaux|droles?|rigolo|old|young|new|vieux|vieille?s?|jeunes?|nouveau|nouvelle|nouveaux|' +
  'wild|strange|weird|colou?rful|magical|sauvages?|bizarres?|etranges?|coloree?s?';
/** Feelings: what an animal may have, and what tells one face from another. */
const feelingWords =
  'happy|sad|angry|smiling|heureux|heureuses?|triste?s?|content(?:e?s?)|souriante?s?|fache?e?s?|joyeux|joyeuses?';

/** Whether a word only describes. */
export const describes = (word: string): boolean => describingPattern.test(word);

const describingPattern = new RegExp(`^(?:${describingWords})$`);

/** Ordinary adjectives. */
export const describing = phrase(`${describingWords}|${feelingWords}`);

/** "A kind of animal". */
const sortOf = '(?:(?:kinds?|sorts?|types?) of (?:an? )?|(?:sortes?|genres?|especes?|types?) d(?:e|es)? )?';

/** The kinds, in the order in which they are looked for. */
export const kinds = (Object.keys(kindWords) as KindName[]).map((name) => ({
  name,
  pattern: phrase(`${sortOf}(?:${kindWords[name].words})`),
  describing: name === 'face' ? phrase(describingWords) : describing,
}));

/** Whether a folded text holds a word for a kind. */
export const namesKind = (text: string): boolean => kinds.some(({ pattern }) => text.search(pattern) >= 0);
