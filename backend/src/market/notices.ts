import type { Notice } from '../accounts/index.ts';
import type { PurchaseRow } from './tables.ts';

const creditsEn = (amount: string) => `${amount} ${amount === '1' ? 'credit' : 'credits'}`;
/** In French nothing and one are singular. */
const isOneFr = (amount: string) => amount === '0' || amount === '1';
const creditsFr = (amount: string) => `${amount} ${isOneFr(amount) ? 'crédit' : 'crédits'}`;

/** What the seller reads when something was sold. */
export function saleNotice(purchase: PurchaseRow): Notice {
  const price = purchase.price_credits;
  const net = String(BigInt(price) - BigInt(purchase.fee_credits));
  return {
    path: '/market/sales',
    en: {
      subject: `Sold: ${purchase.title}`,
      lines: [
        `“${purchase.title}” was bought for ${creditsEn(price)}.`,
        `${creditsEn(net)} ${net === '1' ? 'is' : 'are'} in your wallet.`,
      ],
      action: 'See your sales',
    },
    fr: {
      subject: `Vendu : ${purchase.title}`,
      lines: [
        `« ${purchase.title} » a été achetée pour ${creditsFr(price)}.`,
        `${creditsFr(net)} ${isOneFr(net) ? 'est' : 'sont'} dans votre portefeuille.`,
      ],
      action: 'Voir vos ventes',
    },
  };
}

/** What the seller reads when moderators hid a listing. */
export function hiddenNotice(title: string, reason: string): Notice {
  return {
    path: '/market/listings',
    en: {
      subject: `Your listing “${title}” was hidden`,
      lines: [`The moderators took “${title}” off the market.`, `Their reason: ${reason}`],
      action: 'See your listings',
    },
    fr: {
      subject: `Votre annonce « ${title} » a été masquée`,
      lines: [`Les modérateurs ont retiré « ${title} » du marché.`, `Leur motif : ${reason}`],
      action: 'Voir vos annonces',
    },
  };
}

export function restoredNotice(title: string, reason: string): Notice {
  return {
    path: '/market/listings',
    en: {
      subject: `Your listing “${title}” is back`,
      lines: [`The moderators put “${title}” back on the market.`, `Their reason: ${reason}`],
      action: 'See your listings',
    },
    fr: {
      subject: `Votre annonce « ${title} » est de retour`,
      lines: [`Les modérateurs ont remis « ${title} » sur le marché.`, `Leur motif : ${reason}`],
      action: 'Voir vos annonces',
    },
  };
}

/** What the seller reads when a listing that had ended is no longer held against its image. */
export function releasedNotice(title: string, reason: string): Notice {
  return {
    path: '/market/listings',
    en: {
      subject: `“${title}” may be offered again`,
      lines: [`“${title}” may be offered again.`, `Their reason: ${reason}`],
      action: 'See your listings',
    },
    fr: {
      subject: `« ${title} » peut être proposée à nouveau`,
      lines: [`« ${title} » peut être proposée à nouveau.`, `Leur motif : ${reason}`],
      action: 'Voir vos annonces',
    },
  };
}

/** What a reporter reads when the moderators decided. */
export function reportNotice(title: string, hidden: boolean, reason: string): Notice {
  const [en, fr] = hidden ? ['It was hidden.', 'Elle a été masquée.'] : ['It stays.', 'Elle reste en ligne.'];
  return {
    path: '/market',
    en: {
      subject: `Your report about “${title}”`,
      lines: [`The moderators looked at “${title}”. ${en}`, `Their reason: ${reason}`],
      action: 'Open the market',
    },
    fr: {
      subject: `Votre signalement de « ${title} »`,
      lines: [`Les modérateurs ont examiné « ${title} ». ${fr}`, `Leur motif : ${reason}`],
      action: 'Ouvrir le marché',
    },
  };
}

export function payoutNotice(amount: string, paid: boolean, reason: string): Notice {
  const [en, fr] = [creditsEn(amount), creditsFr(amount)];
  const [was, is] = amount === '1' ? ['was', 'is'] : ['were', 'are'];
  const [paidFr, isFr, freeFr] = isOneFr(amount)
    ? ['a été versé', 'est', 'disponible']
    : ['ont été versés', 'sont', 'disponibles'];
  return {
    path: '/wallet',
    en: {
      subject: paid ? `Your payout of ${en} was paid` : `Your payout of ${en} was refused`,
      lines: [paid ? `${en} ${was} paid out.` : `${en} ${is} free in your wallet again.`, `Note: ${reason}`],
      action: 'Open your wallet',
    },
    fr: {
      subject: paid ? `Votre versement de ${fr} a été effectué` : `Votre versement de ${fr} a été refusé`,
      lines: [paid ? `${fr} ${paidFr}.` : `${fr} ${isFr} de nouveau ${freeFr} dans votre portefeuille.`, `Note : ${reason}`],
      action: 'Ouvrir votre portefeuille',
    },
  };
}
