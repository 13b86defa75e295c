import { isFailure } from './client.ts';
import { modelsQuery, queryClient, upscalersQuery } from './queries.ts';

/** What is asked for, whatever it costs: asked again after an answer that got lost, it is the same wish although the price has moved. */
export function withoutPrice<Body extends { expectedPriceCredits?: string | undefined }>({
  expectedPriceCredits: _price,
  ...wish
}: Body): Omit<Body, 'expectedPriceCredits'> {
  return wish;
}

/** After a price that is not the one shown: the next press asks for what the page says by then. */
export function rereadPrices(error: Error): void {
  if (!isFailure(error, 'price_moved')) return;
  for (const { queryKey } of [modelsQuery, upscalersQuery]) void queryClient.invalidateQueries({ queryKey });
}
