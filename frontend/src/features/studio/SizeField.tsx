import { Trans, useLingui } from '@lingui/react/macro';
import type { Size, SizeRule } from '@rendermart/contract';
import { Suspense, lazy, useId } from 'react';
import { sameSize, sizeChoices } from './sizes.ts';
import type { SizeChoice } from './sizes.ts';

const ExactSize = lazy(() => import('./ExactSize.tsx').then((module) => ({ default: module.ExactSize })));

export function SizeField({ rule, value, onChange }: { rule: SizeRule; value: Size; onChange: (size: Size) => void }) {
  const { t } = useLingui();
  const choices = sizeChoices(rule);
  const name = useId();
  const largest = Math.max(...choices.map(({ size }) => Math.max(size.width, size.height)));
  if (choices.length === 1)
    return (
      <p className="flex justify-between gap-3 text-sm">
        <span className="font-semibold">{t`Size`}</span>
        <span className="text-muted tabular-nums">
          <Trans>
            {value.width} × {value.height}, its only size
          </Trans>
        </span>
      </p>
    );
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 flex w-full justify-between gap-3 text-sm font-semibold">
        {t`Size`}
        <span className="font-normal text-muted tabular-nums">
          {value.width} × {value.height}
        </span>
      </legend>
      <div className="grid grid-cols-4 gap-1.5">
        {choices.map((choice) => (
          <SizeOption
            key={`${choice.size.width}x${choice.size.height}`}
            {...{ choice, name, largest }}
            isChosen={sameSize(choice.size, value)}
            onChoose={() => onChange(choice.size)}
          />
        ))}
      </div>
      {rule.kind === 'range' && (
        <Suspense>
          <ExactSize {...{ rule, value, onChange }} />
        </Suspense>
      )}
    </fieldset>
  );
}

function SizeOption({
  choice: { size, label },
  name,
  largest,
  isChosen,
  onChoose,
}: {
  choice: SizeChoice;
  name: string;
  largest: number;
  isChosen: boolean;
  onChoose: () => void;
}) {
  // By the root, so that a small size is still seen beside one eight times as wide.
  const side = Math.max(size.width, size.height);
  const scale = (20 * Math.sqrt(side / largest)) / side;
  const [width, height] = [size.width * scale, size.height * scale];
  return (
    <label className="relative grid cursor-pointer justify-items-center gap-1 rounded-xl border border-line py-2 text-sm font-medium tabular-nums hover:border-line-strong has-checked:border-ink has-checked:bg-ink/7 has-focus-visible:outline-2 has-focus-visible:outline-accent-ink">
      <input
        type="radio"
        name={name}
        checked={isChosen}
        onChange={onChoose}
        aria-label={`${label}, ${size.width} × ${size.height}`}
        className="absolute inset-0 cursor-pointer opacity-0"
      />
      <svg aria-hidden viewBox="0 0 22 22" className="size-5.5">
        <rect
          x={(22 - width) / 2}
          y={(22 - height) / 2}
          width={width}
          height={height}
          rx="2.5"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
        />
      </svg>
      {label}
    </label>
  );
}
