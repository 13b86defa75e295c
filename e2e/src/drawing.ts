import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@rendermart/client';
import type { Generation, GenerationInput } from '@rendermart/contract';
import type { Locator, Page } from 'playwright-core';

/** Types the prompt and presses the button; returns the card of the generation. */
export async function generate(page: Page, prompt: string): Promise<Locator> {
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill(prompt);
  await page.getByRole('button', { name: /^Generate/ }).click();
  const card = cardOf(page, prompt);
  await card.waitFor();
  return card;
}

/** The newest generation with this prompt. */
export function cardOf(page: Page, prompt: string): Locator {
  return page.getByRole('region', { name: 'Generations' }).getByRole('listitem', { name: prompt, exact: true }).first();
}

/** The pictures of a generation that have landed. */
export const picturesOf = (card: Locator): Locator => card.getByRole('link').filter({ has: card.page().locator('img') });

/** The pixels of a shown picture from side to side; 0 until it was loaded and decoded. */
export const widthOf = (picture: Locator): Promise<number> =>
  picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);

/** Has images drawn through the API, and waits until they are there. */
export async function draw(api: Client, body: GenerationInput): Promise<Generation> {
  const { id } = await api.generationCreate({ body, idempotencyKey: crypto.randomUUID() });
  for (;;) {
    const generation = await api.generationRead({ params: { id } });
    if (generation.state === 'succeeded') return generation;
    const { state, prompt, failure, finishedAt } = generation;
    if (finishedAt !== null) throw new Error(`“${prompt}” ${state}: ${failure?.message ?? 'without a reason'}`);
    await sleep(50);
  }
}
