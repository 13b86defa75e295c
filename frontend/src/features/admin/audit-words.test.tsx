import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { useFieldNames } from './audit-words.ts';

function Value({ field, value }: { field: string; value: string }) {
  return useFieldNames().valueText(field, value);
}

test.each([
  ['lifecycle', 'active', 'In use'],
  ['lifecycle', 'deprecated', 'Ending'],
  ['lifecycle', 'retired', 'Retired'],
  ['endsOn', '2026-03-31', 'March 31, 2026'],
])('what is done to a model is told in words: %s %s', (field, value, words) => {
  i18n.loadAndActivate({ locale: 'en', messages: {} });
  const told = renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <Value field={field} value={value} />
    </I18nProvider>,
  );
  expect(told).toBe(words);
});
