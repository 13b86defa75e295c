import { expect, test } from 'vitest';
import { balanceLine } from './balance-line.ts';

const at = (ms: number) => new Date(ms).toISOString();

test('the balance stays until it changes', () => {
  const line = balanceLine(
    [
      { balanceCredits: '50', createdAt: at(5_000) },
      { balanceCredits: '100', createdAt: at(0) },
    ],
    10_000,
  );
  expect(line.path).toBe('M0 0H500V50H1000');
  expect(line).toMatchObject({ lowest: 0n, highest: 100n, since: at(0), until: at(10_000) });
});

test('an empty wallet is a line at the bottom', () => {
  expect(balanceLine([{ balanceCredits: '0', createdAt: at(0) }], 10).path).toBe('M0 100H1000');
});

test('amounts beyond what a JavaScript number holds keep their place', () => {
  expect(
    balanceLine(
      [
        { balanceCredits: '4503599627370497', createdAt: at(1) },
        { balanceCredits: '9007199254740994', createdAt: at(0) },
      ],
      2,
    ).path,
  ).toBe('M0 0H500V50H1000');
});

test('two movements at one moment are two steps at one place', () => {
  const entries = [
    { balanceCredits: '80', createdAt: at(0) },
    { balanceCredits: '90', createdAt: at(0) },
    { balanceCredits: '100', createdAt: at(0) },
  ];
  expect(balanceLine(entries, 10).path).toBe('M0 0H0V10H0V20H1000');
});
