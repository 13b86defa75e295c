import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { Studio } from './use-studio.ts';

/** The settings in one line, for windows in which the panel is not in sight. */
export function Summary({ studio: { model, settings } }: { studio: Studio }) {
  const { t } = useLingui();
  const parts = [
    model.name,
    `${settings.size.width} × ${settings.size.height}`,
    t`${plural(settings.count, { one: '# image', other: '# images' })}`,
  ];
  return <p className="truncate text-sm text-muted tabular-nums">{parts.join(' · ')}</p>;
}
