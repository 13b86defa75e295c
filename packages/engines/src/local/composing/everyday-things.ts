/** Everyday things that a model may know although no name of a thing is about them, English and French, folded. */
export const everydayThings: readonly string[] = `
  agneau alligator ange assiette balle barriere beer bench biere bike branch branche bridge bumblebee bunny
  burger cabbage cafe cahier caterpillar cheese chemise chips chocolat chocolate chou coffee collier coquillage
  corbeau couch cowboy crapaud crepe crow cup dad demon devil diable dice dinde dinosaur dinosaure docteur
  doctor donut echarpe eclair extraterrestre father fireman flame flamme fork fromage gomme grandfather grandma
  grandmother grandpa grasshopper guepe hibou hippo honey icecream infirmiere jacket jambon juice jus kid king
  kitten ladybug lait lamb lampe lettuce lightning maman medecin miel mom mother motorbike muffin necklace
  noodles nurse pantalon papa papier pasta pates peas peluche pirate plane policeman present pumpkin puppy
  puzzle queen raven reine roi saucisse sausage sauterelle skeleton sofa soldat soldier sorcier
  sorciere soup soupe spaceship squelette squirrel sucre sugar suitcase table tambour toast tresor trousers tv
  ufo valise van veste vin wine witch wizard
`
  .trim()
  .split(/\s+/)
  .concat('fire truck');
