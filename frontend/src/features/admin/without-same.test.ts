import { expect, test } from 'vitest';
import { withoutSame } from './without-same.ts';

test('a patch keeps only what differs, so that somebody else keeps their change', () => {
  expect(withoutSame({ siteName: 'Atelier', trashDays: 30 }, { siteName: 'RenderMart', trashDays: 30 })).toEqual({
    siteName: 'Atelier',
  });
  expect(withoutSame({ liveDrawing: false, startingCredits: '5' }, { liveDrawing: true })).toEqual({
    liveDrawing: false,
    startingCredits: '5',
  });
  expect(withoutSame({ role: 'member', disabled: false, weight: 2 }, { role: 'member', disabled: false, weight: 1 })).toEqual({
    weight: 2,
  });
});
