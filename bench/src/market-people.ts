import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { makeClient } from '@rendermart/client';
import type { Listing, ListingInput } from '@rendermart/contract';
import { type Installation, type Person, smallPicture, until } from './installation.ts';

/** Many people with a session and credits. Their rows are written directly: a thousand password hashes would be the benchmark. */
export async function openBuyers(installation: Installation, count: number, startingCredits = '1000000'): Promise<Person[]> {
  await installation.admin.client.adminSettingsUpdate({ body: { startingCredits, marketFeePercent: 10 } });
  const people = Array.from({ length: count }, () => ({
    id: randomUUID(),
    session: randomUUID(),
    token: randomBytes(24).toString('base64url'),
  }));
  await installation.database.query(
    `with each as (select * from unnest($1::uuid[], $2::uuid[], $3::text[]) as each (id, session, token)), person as (
       insert into accounts.people (id, name, email, email_verified, role, updated_at)
       select id, 'Buyer', id || '@example.com', true, 'member', now() from each returning id
     )
     insert into accounts.sessions (id, account_id, token, last_seen_at, expires_at)
     select each.session, each.id, each.token, now(), now() + interval '1 day' from each join person using (id)`,
    [people.map(({ id }) => id), people.map(({ session }) => session), people.map(({ token }) => token)],
  );
  return people.map(({ id, token }) => personOf(installation, id, token));
}

function personOf({ origin, env }: Installation, id: string, token: string): Person {
  const signature = createHmac('sha256', env['AUTH_SECRET']!).update(token).digest('base64');
  const cookie = `rendermart.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
  const withCookie: typeof fetch = (input, init) =>
    fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), cookie } });
  const client = makeClient({ baseUrl: origin, fetch: withCookie });
  return { id, cookie, client, ask: (body, key = randomUUID()) => client.generationCreate({ body, idempotencyKey: key }) };
}

/** The administrator draws an image and offers it for 10 credits. */
export async function listImage(
  { admin }: Installation,
  offer: Pick<ListingInput, 'kind' | 'licence'> & { editionLimit?: number },
): Promise<Listing> {
  const { id } = await admin.ask(smallPicture);
  let imageId: string | undefined;
  await until('the image is drawn', async () => {
    imageId = (await admin.client.generationRead({ params: { id } })).images[0]?.id;
    return imageId !== undefined;
  });
  return admin.client.listingCreate({ body: { imageId: imageId!, priceCredits: '10', title: 'For the benchmark', ...offer } });
}

/** The laws that money depends on, asked of the database itself: balances are the sums of entries, all of them together nothing, and nobody owes. */
export async function checkLedger({
  database,
}: Pick<Installation, 'database'>): Promise<{ violations: number; purchases: number }> {
  const { rows } = await database.query<{ violations: number; purchases: number }>(`
    select (
      (select count(*) from ledger.wallets as wallet where posted <> (select coalesce(sum(amount), 0) from ledger.entries where wallet_id = wallet.id))
      + (select count(*) from ledger.wallets where kind <> 'issuance' and posted < held)
      + (select count(*) from ledger.transfers as transfer where (select coalesce(sum(amount), 1) from ledger.entries where transfer_id = transfer.id) <> 0)
      + (select (sum(posted) <> 0)::int from ledger.wallets)
      + (select count(*) from market.purchases as purchase where not exists (select from ledger.transfers where reference = 'purchase:' || purchase.id))
      + (select count(*) from ledger.transfers as transfer where kind = 'purchase'
          and not exists (select from market.purchases where 'purchase:' || id = transfer.reference))
      + (select count(*) from market.purchases as purchase where kind = 'licence' and not exists (select from library.images where purchase_id = purchase.id))
      + (select count(*) from market.listings as listing where sold_count <> (select count(*) from market.purchases where listing_id = listing.id))
    )::int as violations, (select count(*)::int from market.purchases) as purchases`);
  return rows[0]!;
}
