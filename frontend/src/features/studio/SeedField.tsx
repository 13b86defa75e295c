import { useLingui } from '@lingui/react/macro';
import { maxSeed } from '@rendermart/contract';
import { Dices, Lock, LockOpen } from 'lucide-react';
import { Field, IconButton, controlClass, cx } from '../../ui/index.ts';
import { randomSeed } from '../../data/idempotency.ts';

/** Locked: the same seed each time. Open: a new one for each generation. */
export function SeedField({
  value,
  lastSeed,
  onChange,
}: {
  value: number | null;
  lastSeed: number | null;
  onChange: (seed: number | null) => void;
}) {
  const { t } = useLingui();
  const isLocked = value !== null;
  const enter = (text: string) => {
    const digits = text.replace(/\D/g, '');
    onChange(digits === '' ? null : Math.min(maxSeed, Number(digits)));
  };
  return (
    <Field
      label={t`Seed`}
      hint={isLocked ? t`The same words and the same seed give the same picture.` : t`A new seed for each generation.`}
    >
      {(ids) => (
        <div className="flex gap-1">
          <input
            {...ids}
            inputMode="numeric"
            value={value ?? ''}
            placeholder={t`Random`}
            onChange={(event) => enter(event.target.value)}
            className={cx(controlClass, 'h-11 min-w-0 flex-1 px-3.5 tabular-nums')}
          />
          <IconButton label={t`Roll a seed`} icon={<Dices aria-hidden />} onClick={() => onChange(randomSeed())} />
          <IconButton
            label={isLocked ? t`Unlock the seed` : t`Lock the last seed`}
            icon={isLocked ? <Lock aria-hidden /> : <LockOpen aria-hidden />}
            pressed={isLocked}
            onClick={() => onChange(isLocked ? null : (lastSeed ?? randomSeed()))}
          />
        </div>
      )}
    </Field>
  );
}
