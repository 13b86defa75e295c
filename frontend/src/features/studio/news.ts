import type { Generation, GenerationState } from '@rendermart/contract';

/** Which generations are to be announced; their states are remembered. What was known from the start is no news, nor is an older one that came with the next page. */
export function newsIn(known: Map<string, GenerationState>, generations: readonly Generation[]): Generation[] {
  if (known.size === 0) {
    for (const { id, state } of generations) known.set(id, state);
    return [];
  }
  // Ids grow with time.
  const newest = [...known.keys()].reduce((latest, id) => (id > latest ? id : latest));
  const news = generations.filter(({ id, state }) => known.get(id) !== state && (known.has(id) || id > newest));
  for (const { id, state } of generations) known.set(id, state);
  return news;
}
