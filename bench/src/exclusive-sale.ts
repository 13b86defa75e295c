import { randomUUID } from 'node:crypto';
import { ApiFailure } from '@rendermart/client';
import type { Benchmark } from './benchmark.ts';
import { type Installation, type Person, openInstallation } from './installation.ts';
import { checkLedger, listImage, openBuyers } from './market-people.ts';

const buyers = 1_000;
const edition = 10;

/** A thousand people want the same thing at the same moment: who gets it, what do the others hear, and is every credit where it belongs? */
export default {
  title:
    '1,000 buyers at once: one exclusive sale, then the last of an edition of 10; everybody else is refused and nothing is lost',
  async run({ databaseUrl, log }) {
    const installation = await openInstallation({ databaseUrl });
    try {
      const crowd = await openBuyers(installation, buyers);
      const exclusive = await rush(installation, crowd, { kind: 'exclusive', licence: 'exclusive' });
      log(
        `exclusive: ${exclusive.sold} sold, ${exclusive.soldOut} refused as sold out, ${exclusive.other} other answers, ${exclusive.seconds} s`,
      );
      const limited = await rush(installation, crowd, { kind: 'licence', licence: 'personal', editionLimit: edition });
      log(
        `edition of ${edition}: ${limited.sold} sold, ${limited.soldOut} refused as sold out, ${limited.other} other answers, ${limited.seconds} s`,
      );
      const ledger = await checkLedger(installation);
      const right = (found: Rush, sold: number) => found.sold === sold && found.soldOut === buyers - sold && found.other === 0;
      return {
        buyers,
        exclusive,
        edition: limited,
        violations: ledger.violations,
        ok: right(exclusive, 1) && right(limited, edition) && ledger.violations === 0,
      };
    } finally {
      await installation.stop();
    }
  },
} satisfies Benchmark;

interface Rush {
  sold: number;
  soldOut: number;
  other: number;
  seconds: number;
}

async function rush(installation: Installation, crowd: readonly Person[], offer: Parameters<typeof listImage>[1]): Promise<Rush> {
  const listing = await listImage(installation, offer);
  const startedAt = performance.now();
  const answers = await Promise.all(crowd.map((person) => tryToBuy(person, listing.id)));
  const count = (word: string) => answers.filter((answer) => answer === word).length;
  const [sold, soldOut] = [count('sold'), count('sold_out')];
  return {
    sold,
    soldOut,
    other: answers.length - sold - soldOut,
    seconds: Number(((performance.now() - startedAt) / 1000).toFixed(2)),
  };
}

async function tryToBuy(person: Person, listingId: string): Promise<string> {
  try {
    await person.client.purchaseCreate({ body: { listingId, expectedPriceCredits: '10' }, idempotencyKey: randomUUID() });
    return 'sold';
  } catch (error) {
    return error instanceof ApiFailure ? error.code : String(error);
  }
}
