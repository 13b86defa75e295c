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
  const stop = whileVisible(follow);
  return () => {
    stop();
    previews.clear();
  };
}

/**
 * `isBehind`: nobody told the page anything for a while, so it catches up by asking. A page that was hidden opens a new stream
 * and does not name the last event, after which the server would repeat hundreds of generations. A stream that broke names it
 * when it connects again: generations are repeated, and the page asks all the same, because nothing else is. Nothing is lost
 * between: a stream is told of all that happens once it is open.
 */
function follow(isBehind: boolean): () => void {
  const stop = new AbortController();
  let lost: ReturnType<typeof setTimeout> | undefined;
  const onState = (next: 'open' | 'waiting') => {
    if (next === 'open') {
      clearTimeout(lost);
      lost = undefined;
      if (isBehind) void catchUp(stop.signal);
      isBehind = false;
      return enter('open');
    }
    isBehind = true;
    // Every failed try says `waiting` again; the clock runs from the first.
    if (state !== 'lost') enter('waiting');
    lost ??= setTimeout(() => enter('lost'), lostAfterMs);
  };
  void (async () => {
    try {
      for await (const event of client.events({ signal: stop.signal, onState })) receive(event);
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

/** The server repeats changed generations at most. Whatever an event would have changed is asked for where it is shown. */
async function catchUp(signal: AbortSignal): Promise<void> {
  // Their end may have been missed; what is still being drawn shows itself with its next preview.
  previews.clear();
  tell();
  // First who is signed in: when another tab changed that, the page starts over and must ask for nothing any more.
  await queryClient.fetchQuery({ ...accountQuery, staleTime: 0 }).catch(() => undefined);
  if (signal.aborted) return;
  void queryClient.invalidateQueries({ queryKey: generationsQuery.queryKey });
  imagesDoubted();
  moneyMoved();
  // What failed while there was no answer is asked for once more, whatever it is. What is on its way again is left alone.
  void queryClient.refetchQueries(
    { type: 'active', predicate: ({ state: { status } }) => status === 'error' },
    { cancelRefetch: false },
  );
}

// A new connection repeats many generations in a row, and each question would break off the one before.
const imagesChangedSoon = gathered(imagesChanged);
const walletChangedSoon = gathered(walletChanged);

/** Acts once for all calls of a moment. */
function gathered(act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      act();
    }, 100);
  };
}

function receive(event: ReceivedEvent): void {
  if (event.type === 'generation') {
    const { generation } = event;
    generationChanged(generation);
    if (generation.state !== 'running' && previews.delete(generation.id)) tell();
    if (generation.state === 'succeeded') imagesChangedSoon();
    if (generation.finishedAt !== null && generation.priceCredits !== '0') walletChangedSoon();
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
