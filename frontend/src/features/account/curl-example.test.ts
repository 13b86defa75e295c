import { expect, test } from 'vitest';
import { curlExample } from './curl-example.ts';

test('the example asks only for what the key may do', () => {
  expect(curlExample({ key: 'k', scopes: ['images:read', 'generations:write'] }, 'http://here')).toContain(
    'http://here/api/generations',
  );
  expect(curlExample({ key: 'k', scopes: ['images:write', 'images:read'] }, 'http://here')).toContain('http://here/api/images');
  expect(curlExample({ key: 'k', scopes: ['account:read'] }, 'http://here')).toContain('http://here/api/account');
});
