import { describe, expect, it } from 'vitest';
import { isLiteralAddress, isPublicAddress, publicLookup } from './index.ts';

it.each([
  ['8.8.8.8', true],
  ['172.32.0.1', true],
  ['100.128.0.1', true],
  ['2606:4700::1111', true],
  ['[2606:4700::1111]', true],
  ['::ffff:8.8.8.8', true],
  ['::ffff:808:808', true],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['172.31.0.1', false],
  ['192.0.2.7', false],
  ['192.168.1.1', false],
  ['198.19.255.255', false],
  ['203.0.113.9', false],
  ['224.0.0.1', false],
  ['239.255.255.255', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['[::1]', false],
  ['fe80::1', false],
  ['fec0::1', false],
  ['fd00::1', false],
  ['ff02::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:a00:1', false],
  ['::ffff:0:127.0.0.1', false],
  ['::127.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['64:ff9b::808:808', false],
  ['64:ff9b:1::1', false],
  ['2002:7f00:1::', false],
  ['2001::1', false],
  ['2001:db8::1', false],
  ['3fff::1', false],
  ['5f00::1', false],
  ['localhost', false],
  ['', false],
  ['010.0.0.1', false],
])('%s is public: %s', (address, expected) => expect(isPublicAddress(address)).toBe(expected));

it.each([
  ['127.0.0.1', true],
  ['[::1]', true],
  ['localhost', false],
  ['127.0.0.1.example', false],
])('%s is an address and no name: %s', (host, expected) => expect(isLiteralAddress(host)).toBe(expected));

describe('a name that leads into the own network', () => {
  it.each([true, false])('is refused with the address (all: %s)', async (all) => {
    const refused = await new Promise<Error | null>((resolve) => {
      const find = publicLookup((hostname, address) => new Error(`${hostname} leads to ${address}`));
      find('localhost', { all }, (error) => resolve(error));
    });
    expect(refused?.message).toMatch(/^localhost leads to (127\.0\.0\.1|::1)$/);
  });
});
