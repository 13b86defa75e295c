import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import type { Model } from '@rendermart/contract';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { SourceChip } from './SourceChip.tsx';

const source = { id: 'picture', width: 8, height: 4, placeholder: null, transparent: false, maskId: 'mask' };

test.each([
  [true, 'Draws a part of this picture anew'],
  [false, 'Draws from this picture'],
])('a mask is spoken of only where the model can honour it (%s)', (inpainting, text) => {
  i18n.loadAndActivate({ locale: 'en', messages: {} });
  const model = { capabilities: { inpainting } } as Model;
  const page = renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <SourceChip source={source} model={model} onRemove={() => {}} />
    </I18nProvider>,
  );
  expect(page).toContain(text);
});
