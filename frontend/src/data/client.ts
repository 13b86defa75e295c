import { makeClient } from '@rendermart/client';
import type { ApiFailure, ApiFailureCode } from '@rendermart/client';
import type { RouteName } from '@rendermart/contract';
import { makeTracedSend } from './traces.ts';

const listeners = new Set<(failure: ApiFailure) => void>();

/** Called for every failed call; the shell notices here that a session ended or that the server is gone. */
export function onFailure(listener: (failure: ApiFailure) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The API of the page's own origin, asked in the language of the page. */
export const client = makeClient({
  fetch: fetchInLanguage,
  onFailure: (failure) => {
    for (const listener of listeners) listener(failure);
  },
});

// By name and not by class, so that a failure that crossed a chunk or a test double is still one.
export const isFailure = (error: unknown, ...codes: ApiFailureCode[]): error is ApiFailure =>
  error instanceof Error && error.name === 'ApiFailure' && (codes.length === 0 || codes.includes((error as ApiFailure).code));

/** Addresses of an image's bytes, for `src`, `srcSet` and downloads. */
export const imageUrl = {
  thumbnail: (id: string, size: '256' | '640' = '640') => client.url('imageThumbnail', { params: { id, size } }),
  srcSet: (id: string) => `${imageUrl.thumbnail(id, '256')} 256w, ${imageUrl.thumbnail(id, '640')} 640w`,
  file: (id: string) => client.url('imageFile', { params: { id } }),
  download: (id: string) => client.url('imageFile', { params: { id }, query: { download: true } }),
};

const sendTraced = makeTracedSend((url, init) => fetch(url, init));

function fetchInLanguage(url: string, init: RequestInit, call: RouteName): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string>), 'accept-language': document.documentElement.lang };
  // What a person does begins a trace; what the page looks up by itself does not.
  return init.method === 'GET' ? fetch(url, { ...init, headers }) : sendTraced(url, { ...init, headers }, call);
}
