import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { claimTab, forgetTab } from './forget-tab.ts';

const held = new Map<string, string>();

beforeEach(() => {
  held.clear();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => held.set(key, value),
    clear: () => held.clear(),
  });
  onTestFinished(() => void vi.unstubAllGlobals());
});

test('the same person who comes back finds the draft, another one does not', () => {
  claimTab('ada');
  held.set('studio-draft', 'a secret of Ada');
  claimTab('ada');
  expect(held.get('studio-draft')).toBe('a secret of Ada');
  claimTab('ben');
  expect(held.get('studio-draft')).toBeUndefined();
  held.set('studio-draft', 'a secret of Ben');
  claimTab('ben');
  expect(held.get('studio-draft')).toBe('a secret of Ben');
});

test('a tab that forgot everything belongs to nobody', () => {
  claimTab('ada');
  forgetTab();
  expect(held.size).toBe(0);
});

test('where storage is refused the page goes on', () => {
  vi.stubGlobal('sessionStorage', undefined);
  expect(() => claimTab('ada')).not.toThrow();
});
