const listed = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** English and French words that name nothing and are asked for by nobody; folded. A vocabulary that knows one of them is followed. */
export const smallWords = listed(`
  above across after aimerais all along alongside also another any apres around as aucun aucune aussi autour autre
  autres avait avant avoir be beaucoup because been before behind being below beside between bien both but ce
  certains ces cet cette chaque chez color colors colour colours comme comment contre cote could create creer
  dehors depuis derriere dessiner dessinez dessous dessus did does donc dont down draws during each elle elles
  entre etait etre eux every fais fait few font generate genere generer give had has have he her here him his how
  if il ils inside into it its je just leur leurs like loin lui ma mais make makes many may meme mes might moins
  mon montre more most much must my ne near nearby need next ni no non nor nos not notre nous only ont onto or
  other ou our outside over par parmi pas pendant peut peux please plus plusieurs pour pourquoi pres que quelques
  quoi really sa same sans says se ses several she should show si so some son sont such ta tes than that their them
  then there these they this those through ton tous tout toute toutes toward towards travers tres trop tu up us
  vers very veut versus veux vos votre voudrais vouloir vous vs want wants was we were what when where which while who why
  will without would you your
`);

/**
 * Everyday words, English and French, folded, that are one letter away from names of things. They are spelt right: without this
 * list a knight is two knights, a rug ("tapis") is quiet ("tais") and mice are ice.
 */
const everydayWords = `
  anime annee arche armure arome astre aunt aviron balcon banc barn base baton battle beautiful beige belle
  belt berger best biche bidon blade border bottom boucher bourse brave breathing breche brin broche buisson
  bunch bush cabin cabine cacao cachette camp carpet carree cassis cave ceinture celebre cellar champ chante
  charme chasse chasseur cheek chene chief choix chose cigogne cime cinematic cire clocher clou coach coast
  code colle colline colonne concept corner coude cour courent courge courte coussin crache crack craft crew
  crin crowd cuir cuivre daisy dalle dawn debt deck deep desk detailed deuil dieu digital dirt divan dock doing
  dome dorment dort dough drap droit dune dust eating ecaille embleme enchantee encre engin epais equipe etable
  eveil fable fair faith fame faon farce farine feeling fence fente feutre flaque flood flot flour flow foin
  foire fold folk fonce fool forge form fosse foudre fouet foule frost furry galet garage gate gelee gland
  gloom going grange grappe grid grille grip grotte guest haie half hall hameau hanche having height hell
  hermine heron highly hill hint hood hope hotte hour huge humeur hunter inch iris jail jarre jouent journee
  jungle junk jupe kettle knight lance land lapine laser lawn layer lead leather lecon legend lierre lievre
  lighting lisse living load loge logo longue lord lovely lueur lutin made maid maire maitre making mall malle
  manche manga mante marble march mare marge mari mass masse master masterpiece mat meal meche member meter
  mill mini mist model moine mois monk mood moss motion mouette mure nacre nain narrow neat niche noce noise
  nombre novel noyau noyer number objet ocre oncle ordre oreiller orgue outline oven pack paire palais pale
  pantin paresse passage past paste patch path peak peau peel pelage perche perron petal photorealistic pichet
  pilier pince plain plaine plan plank platre plot poche pocket poeme poet poete poil poilue poison poivre poli
  poly pommier pond poney poor porche port portant poster potion poudre powder price prisme professional proue
  prune puits pull quai quality quete rack radeau radis rag rampe rang rare rateau raye realistic reed refuge
  regard rein renarde rive roast rob ronce roof roseau rosee roulotte royaume rubis ruche ruin ruine rust sack
  saddle safe sail saison saloon saule saute scent scout seed selle sentier serpe seul seuls sheet shelf shop
  shore shout show silk site size skie skin skirt slave slim smooth soie soif soil song souche soul soulier
  spear spike splash spot spray stable stack stage stair stamp steel stem still stool storm story stove stream
  stuff stump stunning suite swing tail taille tall tamis tank tapis taupe team teen teinte texte thick thin
  thing thon thorn throne tide tient tige tile toit tone towel town trail treille trending trick trone troupe
  truffe truite tune twig type unique valley vallon veau vein veine verger vigne villa vine virage vive voice
  vole volent volet vollier voute waist wallet warm wash watching weed wide wife wire word wreath yard year
  youth zone
`;

/** German, Spanish and Italian ones that are: "Hund" is no hand. Those that mean what they resemble ("luna") may be taken for it. */
const foreignWords = `
  apfel biene braun brot casa con elefante ente fiore flor haus herz hose hund junge leon libro lowe mann maus
  meer mond mono nero nina nino notte pane pato pelota playa regalo tren unter wald
`;

/** Words that are never corrected. */
export const ordinaryWords = listed(`${everydayWords} ${foreignWords}`);
