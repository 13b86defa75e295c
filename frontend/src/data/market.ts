import { queryOptions } from '@tanstack/react-query';
import { client } from './client.ts';

export const walletQuery = queryOptions({
  queryKey: ['wallet', 'balance'],
  queryFn: ({ signal }) => client.walletRead({ signal }),
});

/** The fee and the licences of this installation, in the reader's language. */
export const termsQuery = (locale: string) =>
  queryOptions({
    queryKey: ['terms', locale],
    queryFn: ({ signal }) => client.marketTerms({ query: { locale }, signal }),
    staleTime: 5 * 60_000,
  });

/** A watermarked picture of what is for sale. */
export const previewUrl = (listingId: string, size: '320' | '720') =>
  client.url('listingPreview', { params: { id: listingId, size } });
