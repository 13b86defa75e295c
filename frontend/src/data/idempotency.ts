/**
 * Sends requests with idempotency keys: the same request gets the same key until it was answered, so that trying again after a
 * lost answer never asks twice; every other request gets a new one. A late answer closes its own request only.
 */
export function makeKeys(newKey: () => string = randomKey) {
  let open: { body: string; key: string } | null = null;
  const keyFor = (request: unknown): string => {
    const body = JSON.stringify(request);
    if (open?.body !== body) open = { body, key: newKey() };
    return open.key;
  };
  return {
    async send<Answer>(request: unknown, act: (key: string) => Promise<Answer>): Promise<Answer> {
      const key = keyFor(request);
      const answer = await act(key);
      if (open?.key === key) open = null;
      return answer;
    },
  };
}

// Not crypto.randomUUID: it exists on https and localhost only, and RenderMart is often at home on a plain http address.
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0]!;
