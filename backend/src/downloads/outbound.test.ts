import { describe, expect, it } from 'vitest';
import { askAddress } from './outbound.ts';

const signal = AbortSignal.timeout(20_000);
const ask = (address: string, hosts: string[]) => askAddress(address, { rules: { hosts, allowPrivate: false }, signal });

describe('an address', () => {
  // Port 1 answers nobody: only a guard that stands before the connection tells this from a hub that is away.
  it('whose name leads into the own network is refused before anything connects', async () => {
    await expect(ask('https://localhost:1/x', ['localhost:1'])).rejects.toMatchObject({
      code: 'address_not_allowed',
      message: expect.stringMatching(/localhost leads to (127\.0\.0\.1|::1)/),
    });
  });

  it('that is not on the list is refused without asking its name', async () => {
    await expect(ask('https://nowhere.invalid/x', ['huggingface.co'])).rejects.toMatchObject({ code: 'address_not_allowed' });
  });

  it('whose name does not exist is a hub that does not answer', async () => {
    await expect(ask('https://nowhere.invalid/x', ['nowhere.invalid'])).rejects.toMatchObject({ code: 'hub_unavailable' });
  });
});
