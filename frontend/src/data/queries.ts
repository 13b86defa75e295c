import type { Account, Generation, Image } from '@rendermart/contract';
import { QueryClient, infiniteQueryOptions, queryOptions, replaceEqualDeep } from '@tanstack/react-query';
import type { DataTag, InfiniteData, QueryKey } from '@tanstack/react-query';
import { client, isFailure } from './client.ts';
import { claimTab, forgetTab } from './forget-tab.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // A refusal stays a refusal; only what may pass by itself is tried again.
      retry: (count, error) => count < 2 && isFailure(error, 'unreachable', 'unavailable', 'internal'),
      // `navigator.onLine` says nothing about a server on one's own machine.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** Whose data the page holds: who was signed in last, also when that session has ended. */
let lastAccountId: string | undefined;

function belongTo({ id }: Account): void {
  lastAccountId = id;
  claimTab(id);
}

/** The account one is signed in with, or null. */
export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: async ({ signal }): Promise<Account | null> => {
    const account = await readAccount(signal);
    if (!account) return null;
    if (lastAccountId !== undefined && account.id !== lastAccountId) return startOver();
    belongTo(account);
    return account;
  },
  staleTime: 5 * 60_000,
});

const readAccount = (signal: AbortSignal): Promise<Account | null> =>
  client.accountRead({ signal }).catch((error: unknown) => {
    if (isFailure(error, 'sign_in_required')) return null;
    throw error;
  });

/** Another tab signed somebody else in. Only a full load leaves nothing of the first account in memory; the draft goes too. */
function startOver(): Promise<never> {
  forgetTab();
  location.reload();
  // Never answered: until it is gone, the page must not go on as somebody whom it does not belong to.
  return new Promise(() => {});
}

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => client.setupRead({ signal }),
  staleTime: 5 * 60_000,
});

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async ({ signal }) => (await client.modelList({ signal })).items,
  staleTime: 60_000,
});

export const upscalersQuery = queryOptions({
  queryKey: ['upscalers'],
  queryFn: async ({ signal }) => (await client.upscalerList({ signal })).items,
  staleTime: 60_000,
});

export const imageQuery = (id: string) =>
  queryOptions({ queryKey: ['image', id], queryFn: ({ signal }) => client.imageRead({ params: { id }, signal }) });

export const generationsQuery = infiniteQueryOptions({
  queryKey: ['generations'],
  queryFn: ({ pageParam, signal }) => client.generationList({ query: { cursor: pageParam, limit: 20 }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
  // Pages are asked for one after the other, and the next page is put behind those that were held when it was asked for: what
  // events told meanwhile is newer than such an answer.
  structuralSharing: (held, fresh) =>
    replaceEqualDeep(held, withHeld(held as GenerationPages | undefined, fresh as GenerationPages)),
});

/** Query keys that begin with these hold lists of images; what changes an image makes them stale. */
const imageLists = ['images', 'explore', 'collections'];

/** After a change: what is being fetched is asked for anew, because an answer that set out before does not know of it. */
export function renewInFlight(...keys: readonly QueryKey[]): void {
  for (const queryKey of keys)
    void queryClient.invalidateQueries({ queryKey, predicate: ({ state }) => state.fetchStatus === 'fetching' });
}

export function imageChanged(image: Image): void {
  const { queryKey } = imageQuery(image.id);
  queryClient.setQueryData(queryKey, image);
  renewInFlight(queryKey);
  imagesChanged();
}

export function imagesChanged(): void {
  for (const key of imageLists) void queryClient.invalidateQueries({ queryKey: [key] });
}

/** Nobody knows what is still right of them, as after a refusal of what was shown already: whatever shows an image asks again. */
export function imagesDoubted(): void {
  void queryClient.invalidateQueries({ queryKey: ['image'] });
  imagesChanged();
}

/** Query keys that begin with these hold something that a sale, a purchase or a payout changes. */
const moneyLists = ['wallet', 'listings', 'purchases', 'sales', 'payouts'];

export function moneyMoved(): void {
  for (const key of moneyLists) void queryClient.invalidateQueries({ queryKey: [key] });
}

/** A generation sets its price aside, and takes or frees it when it ends. */
export function walletChanged(): void {
  void queryClient.invalidateQueries({ queryKey: ['wallet'] });
}

type Paged<Item> = InfiniteData<{ items: Item[] }> | undefined;

/** Lets a page open with what a list knows, as old as that list is. What is held already stays: it is no older, or knows that it is stale. */
export function seedFromList<Item>(key: DataTag<QueryKey, Item, Error>, item: Item, listKey: string): void {
  if (queryClient.getQueryData(key) !== undefined) return;
  const list = queryClient
    .getQueryCache()
    .findAll({ queryKey: [listKey] })
    .find(({ state }) => (state.data as Paged<Item>)?.pages?.some(({ items }) => items.includes(item)));
  queryClient.setQueryData(key, item, { updatedAt: list?.state.dataUpdatedAt ?? 0 });
}

/** Puts a generation where it belongs in the cached list; an older telling never replaces a newer one. */
export function generationChanged(generation: Generation): void {
  queryClient.setQueryData(generationsQuery.queryKey, (data) => {
    if (!data) return data;
    const isKnown = data.pages.some((page) => page.items.some((item) => item.id === generation.id));
    const pages = isKnown
      ? data.pages.map((page) => ({ ...page, items: page.items.map((item) => newer(item, generation)) }))
      : insert(data.pages, generation);
    return { ...data, pages };
  });
}

type GenerationPage = Awaited<ReturnType<typeof client.generationList>>;
type GenerationPages = InfiniteData<GenerationPage, string | undefined>;

/** An answer with all that is held and newer. What it lacks was asked for meanwhile: no generation ever leaves the list. */
function withHeld(held: GenerationPages | undefined, fresh: GenerationPages): GenerationPages {
  const missing = new Map(held?.pages.flatMap(({ items }) => items.map((item) => [item.id, item])));
  const latest = (item: Generation) => {
    const known = missing.get(item.id);
    missing.delete(item.id);
    return known ? newer(known, item) : item;
  };
  const pages = fresh.pages.map((page) => ({ ...page, items: page.items.map(latest) }));
  return { ...fresh, pages: [...missing.values()].reduce(insert, pages) };
}

/** Newest first, which ids tell: they grow with time. What is older than all that was loaded comes with the next page. */
function insert(pages: readonly GenerationPage[], generation: Generation): GenerationPage[] {
  const isOlder = (item: Generation) => item.id < generation.id;
  const found = pages.findIndex((page) => page.items.some(isOlder));
  const place = found === -1 && pages.at(-1)?.nextCursor === null ? pages.length - 1 : found;
  return pages.map((page, index) => {
    if (index !== place) return page;
    const before = page.items.filter((item) => !isOlder(item));
    return { ...page, items: [...before, generation, ...page.items.slice(before.length)] };
  });
}

export function newer(held: Generation, told: Generation): Generation {
  return held.id === told.id && BigInt(told.sequence) >= BigInt(held.sequence) ? told : held;
}

/** Forgets everything of the account that was signed in, and remembers the new one. Its own draft waits for it in the tab. */
export function accountChanged(account: Account): void {
  queryClient.clear();
  belongTo(account);
  queryClient.setQueryData(accountQuery.queryKey, account);
}
