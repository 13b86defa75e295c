import type { ReceivedEvent } from '@rendermart/client';
import { useSyncExternalStore } from 'react';
import { client, isFailure, onFailure } from './client.ts';
import {
  accountQuery,
  generationChanged,
  generationsQuery,
  imageQuery,
  imagesChanged,
  imagesDoubted,
  moneyMoved,
  queryClient,
  walletChanged,
} from './queries.ts';
import { whileVisible } from './while-visible.ts';

/** `open`: told of everything at once. `waiting`: connecting. `lost`: no answer for a while; lists are polled. */
export type LiveState = 'waiting' | 'open' | 'lost';
export interface Preview {
  step: number;
  picture: string;
}

let state: LiveState = 'waiting';
const previews = new Map<string, ReadonlyMap<number, Preview>>();
const none: ReadonlyMap<number, Preview> = new Map();
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const tell = () => {
  for (const listener of listeners) listener();
};

export const useLiveState = (): LiveState => useSyncExternalStore(subscribe, () => state);
/** The latest preview picture of each image that is being drawn. */
export const usePreviews = (generationId: string): ReadonlyMap<number, Preview> =>
  useSyncExternalStore(subscribe, () => previews.get(generationId) ?? none);

const lostAfterMs = 4_000;

/**
 * Follows the account's events until the returned function is called. One stream serves the whole page, and only while it is
 * looked at: a browser keeps six connections to one server, and six forgotten tabs would take them all.
 */
export function followEvents(): () => void {
  let lastEventId: string | undefined;
  const stop = whileVisible((hasBeenHidden) =>
    follow({
      lastEventId,
      isBehind: hasBeenHidden,
      onEvent: (event) => {
        lastEventId = event.eventId ?? lastEventId;
        receive(event);
      },
    }),
  );
  return () => {
    stop();
    previews.clear();
  };
}

interface Following {
  lastEventId: string | undefined;
  /** Nobody told the page anything for a while. */
  isBehind: boolean;
  onEvent: (event: ReceivedEvent) => void;
}

function follow({ lastEventId, isBehind, onEvent }: Following): () => void {
  const stop = new AbortController();
  let lost: ReturnType<typeof setTimeout> | undefined;
  const onState = (next: 'open' | 'waiting') => {
    if (next === 'open') {
      clearTimeout(lost);
      lost = undefined;
      if (isBehind) catchUp();
      isBehind = false;
      return enter('open');
    }
    // What was missed is told on the next connection; until then the list says it.
    if (state === 'open') void queryClient.invalidateQueries({ queryKey: generationsQuery.queryKey });
    // Every failed try says `waiting` again; the clock runs from the first.
    if (state !== 'lost') enter('waiting');
    lost ??= setTimeout(() => enter('lost'), lostAfterMs);
  };
  void (async () => {
    try {
      for await (const event of client.events({ signal: stop.signal, onState, ...(lastEventId && { lastEventId }) }))
        onEvent(event);
    } catch (error) {
      if (isFailure(error, 'sign_in_required', 'account_disabled')) sessionEnded();
      else enter('lost');
    }
  })();
  return () => {
    stop.abort();
    clearTimeout(lost);
    enter('waiting');
  };
}

function enter(next: LiveState): void {
  state = next;
  tell();
}

/** Only changed generations are told again. Whatever else an event would have changed is asked for where it is shown. */
function catchUp(): void {
  void queryClient.invalidateQueries({ queryKey: generationsQuery.queryKey });
  imagesDoubted();
  moneyMoved();
}

function receive(event: ReceivedEvent): void {
  if (event.type === 'generation') {
    const { generation } = event;
    generationChanged(generation);
    if (generation.state !== 'running' && previews.delete(generation.id)) tell();
    if (generation.state === 'succeeded') imagesChanged();
    if (generation.finishedAt !== null && generation.priceCredits !== '0') walletChanged();
  } else if (event.type === 'preview') {
    previews.set(
      event.generationId,
      new Map(previews.get(event.generationId)).set(event.index, { step: event.step, picture: event.picture }),
    );
    tell();
  } else if (event.type === 'image') {
    void queryClient.invalidateQueries({ queryKey: imageQuery(event.imageId).queryKey });
  } else if (event.type === 'sale') {
    moneyMoved();
    imagesChanged();
    void import('./sale-notice.ts').then(({ tellSale }) => tellSale(event));
  } else if (event.type === 'goodbye' && event.reason === 'signed_out') {
    sessionEnded();
  }
}

function sessionEnded(): void {
  queryClient.setQueryData(accountQuery.queryKey, null);
}

/** A session that ended shows itself in any refused call. */
export function watchSession(): () => void {
  return onFailure((failure) => {
    if (failure.code === 'sign_in_required' || failure.code === 'account_disabled') sessionEnded();
  });
}
