import type { Licence, LicenceKind, Locale } from '@rendermart/contract';

interface LicenceText {
  name: string;
  summary: string[];
  text: string;
}

/**
 * The licences that images are sold under. A changed text gets a new version; a purchase keeps the texts that were in force.
 * They are templates for operators to check against the law of their country, and say so.
 */
export const licenceVersion = 1;

const texts: Record<LicenceKind, Record<Locale, LicenceText>> = {
  personal: {
    en: {
      name: 'Personal use',
      summary: [
        'Use it for yourself: wallpapers, prints, gifts, a private page.',
        'Do not use it to earn money.',
        'Do not pass the file on.',
        'Others may buy it too.',
      ],
      text: 'The seller grants the buyer a non-exclusive, worldwide, perpetual right to use and adapt the image for private, non-commercial purposes. The buyer may not sell, license or publish the file itself, or use it in connection with a business. The seller keeps all other rights. The image was made with the help of artificial intelligence; the seller states to hold the rights that are granted here, as far as such rights exist.',
    },
    fr: {
      name: 'Usage personnel',
      summary: [
        'Utilisez-la pour vous : fonds d’écran, tirages, cadeaux, page privée.',
        'Ne l’utilisez pas pour gagner de l’argent.',
        'Ne transmettez pas le fichier.',
        'D’autres peuvent aussi l’acheter.',
      ],
      text: 'Le vendeur accorde à l’acheteur le droit non exclusif, mondial et perpétuel d’utiliser et d’adapter l’image à des fins privées et non commerciales. L’acheteur ne peut ni vendre, ni concéder, ni publier le fichier lui-même, ni l’utiliser dans le cadre d’une activité professionnelle. Le vendeur conserve tous les autres droits. L’image a été réalisée à l’aide de l’intelligence artificielle ; le vendeur déclare détenir les droits ici accordés, dans la mesure où de tels droits existent.',
    },
  },
  commercial: {
    en: {
      name: 'Commercial use',
      summary: [
        'Use it in your work: products, advertising, sites, games, print.',
        'Change it as you like.',
        'Do not resell the file on its own.',
        'Others may buy it too.',
      ],
      text: "The seller grants the buyer a non-exclusive, worldwide, perpetual right to use and adapt the image for any lawful purpose, commercial ones included, as part of the buyer's products, services and publications. The buyer may not sell or license the file, or a collection that consists mainly of such files, on its own. The seller keeps all other rights. The image was made with the help of artificial intelligence; the seller states to hold the rights that are granted here, as far as such rights exist.",
    },
    fr: {
      name: 'Usage commercial',
      summary: [
        'Utilisez-la dans votre travail : produits, publicité, sites, jeux, imprimés.',
        'Modifiez-la à votre gré.',
        'Ne revendez pas le fichier seul.',
        'D’autres peuvent aussi l’acheter.',
      ],
      text: 'Le vendeur accorde à l’acheteur le droit non exclusif, mondial et perpétuel d’utiliser et d’adapter l’image à toute fin licite, y compris commerciale, au sein de ses produits, services et publications. L’acheteur ne peut ni vendre ni concéder le fichier seul, ni un ensemble composé principalement de tels fichiers. Le vendeur conserve tous les autres droits. L’image a été réalisée à l’aide de l’intelligence artificielle ; le vendeur déclare détenir les droits ici accordés, dans la mesure où de tels droits existent.',
    },
  },
  exclusive: {
    en: {
      name: 'Exclusive',
      summary: [
        'The image becomes yours, and only yours.',
        'Use, change and sell it as you like.',
        'The seller stops using it.',
        'It is sold once.',
      ],
      text: 'The seller transfers the image to the buyer, with all rights to it that exist and can be transferred, exclusively, worldwide and for good, and keeps no copy for use. Where rights cannot be transferred, the seller grants an exclusive right to every use. The image was made with the help of artificial intelligence; the seller states to hold the rights that are transferred here, as far as such rights exist, and not to have granted them to anybody else.',
    },
    fr: {
      name: 'Exclusivité',
      summary: [
        'L’image devient la vôtre, et seulement la vôtre.',
        'Utilisez-la, modifiez-la, vendez-la à votre gré.',
        'Le vendeur cesse de l’utiliser.',
        'Elle n’est vendue qu’une fois.',
      ],
      text: 'Le vendeur cède l’image à l’acheteur, avec tous les droits existants et cessibles qui s’y rapportent, à titre exclusif, pour le monde entier et définitivement, et n’en conserve aucune copie pour son usage. Lorsque des droits sont incessibles, le vendeur accorde un droit exclusif à tout usage. L’image a été réalisée à l’aide de l’intelligence artificielle ; le vendeur déclare détenir les droits ici cédés, dans la mesure où de tels droits existent, et ne les avoir accordés à personne d’autre.',
    },
  },
};

/** The licences that are on offer today, in one language. */
export function licencesIn(locale: Locale): Licence[] {
  return (Object.keys(texts) as LicenceKind[]).map((kind) => ({ kind, version: licenceVersion, locale, ...texts[kind][locale] }));
}

/** What a purchase keeps: the licence's texts in every language, as they are in force now. */
export function licenceInForce(kind: LicenceKind): Record<Locale, LicenceText> {
  return texts[kind];
}
