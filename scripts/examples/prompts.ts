/*
 * The prompts of docs/examples.md. They were written before any of their pictures was seen and stay as they are: every picture
 * has seed 1, and none was chosen.
 */

/** What people type first: one of each thing that the model and the rules around it can do. */
export const usual = {
  en: [
    'a red fox',
    'panda, 3d',
    'pizza, cartoon',
    'a cat and a dog',
    'fox in the snow',
    'rocket in space',
    'castle at sunset',
    'three red balloons in the sky',
    'robot, pixel art',
    'owl, line drawing',
    'penguin on a pink and blue gradient background',
    'city skyline at night',
  ],
  fr: [
    'un chat',
    'une fraise, 3d',
    'une tortue, autocollant',
    'un chien à côté d’une maison',
    'un chat à la plage',
    'un poisson sous l’eau',
    'un renard dans la forêt, la nuit',
    'deux pommes vertes',
    'une licorne en pixel art',
    'dessin au trait d’un papillon',
    'un hibou sur fond bleu',
    'montagne enneigée au coucher du soleil',
  ],
} as const;

/**
 * A thing in a colour, in pairs that training never saw: the first 24 of the held-out pairs (training/data.py, `held_out`) of
 * animals, food, plants, places, vehicles, clothes and weather with short names, in the order of the SHA-256 of "id colour".
 * A pair whose words are the name of another thing ("white flower", "black cat") is left out: training saw that. The style goes round.
 */
export const unseen = {
  en: [
    'green spider, 3d',
    'turquoise unicorn, cartoon',
    'green sun, blob',
    'purple microbe, 3d',
    'yellow umbrella, cartoon',
    'turquoise seal, blob',
    'pink llama, 3d',
    'yellow panda, cartoon',
    'pink monorail, blob',
    'pink motor scooter, 3d',
    'brown kangaroo, cartoon',
    'orange hospital, blob',
  ],
  fr: [
    'brouillard rouge, plat',
    'trolleybus orange, icône',
    'hot dog orange, autocollant',
    'stade rouge, plat',
    'slip blanc, icône',
    'thermomètre vert, autocollant',
    'peigne afro turquoise, plat',
    'T-shirt rose, icône',
    'serpent bleu, autocollant',
    'hibiscus blanc, plat',
    'chien guide gris, icône',
    'cochon violet, autocollant',
  ],
} as const;
