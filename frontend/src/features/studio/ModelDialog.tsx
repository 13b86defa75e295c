import { Trans, useLingui } from '@lingui/react/macro';
import type { Capabilities, Model } from '@rendermart/contract';
import { useState } from 'react';
import { useFormat } from '../../data/format.ts';
import { useModelDescription } from '../../data/model-descriptions.ts';
import { Badge, Button, Dialog, cx } from '../../ui/index.ts';
import { Price } from './Price.tsx';

interface ModelDialogProps {
  model: Model;
  models: readonly Model[];
  onChoose: (modelId: string) => void;
  onClose: () => void;
}

/** All models side by side: what each is, what it can do, what it costs. */
export function ModelDialog({ model, models, onChoose, onClose }: ModelDialogProps) {
  const { t } = useLingui();
  const [chosen, setChosen] = useState(model.id);
  return (
    <Dialog
      open
      title={t`Choose a model`}
      shape={models.length > 1 ? 'wide' : 'card'}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      actions={
        <>
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button tone="primary" onClick={() => onChoose(chosen)}>{t`Use this model`}</Button>
        </>
      }
    >
      <fieldset className={cx('grid gap-3 pt-1', models.length > 1 && 'sm:grid-cols-2')}>
        <legend className="sr-only">{t`Model`}</legend>
        {models.map((item) => (
          <ModelOption key={item.id} model={item} isChosen={item.id === chosen} onChoose={() => setChosen(item.id)} />
        ))}
      </fieldset>
    </Dialog>
  );
}

function ModelOption({ model, isChosen, onChoose }: { model: Model; isChosen: boolean; onChoose: () => void }) {
  const { day } = useFormat();
  const describe = useModelDescription();
  const abilities = useAbilities(model.capabilities);
  const isOver = model.lifecycle === 'retired';
  return (
    <label className="relative grid cursor-pointer content-start gap-2 rounded-2xl border border-line p-4 transition-colors hover:border-line-strong has-checked:border-ink has-checked:bg-ink/4 has-disabled:cursor-not-allowed has-disabled:opacity-60 has-focus-visible:outline-2 has-focus-visible:outline-accent-ink">
      <input
        type="radio"
        name="model"
        value={model.id}
        checked={isChosen}
        disabled={isOver}
        onChange={onChoose}
        className="absolute top-4.5 right-4 size-5 accent-(--accent)"
      />
      <span className="pr-8 text-base font-semibold">{model.name}</span>
      <span className="text-sm/5 text-muted">
        {describe(model)} <Price model={model} />
      </span>
      <span className="flex flex-wrap gap-1.5">
        {isOver ? (
          <Badge tone="bad">
            <Trans>Ended</Trans>
          </Badge>
        ) : (
          model.lifecycle === 'deprecated' && (
            <Badge tone="warn">{model.endsOn ? <Trans>Until {day(model.endsOn)}</Trans> : <Trans>Ends soon</Trans>}</Badge>
          )
        )}
        {abilities.map((ability) => (
          <Badge key={ability}>{ability}</Badge>
        ))}
      </span>
    </label>
  );
}

function useAbilities({ size, imageToImage, transparentBackground, negativePrompt }: Capabilities): string[] {
  const { t } = useLingui();
  const largest =
    size.kind === 'range' ? size.max : Math.max(...size.options.map(({ width, height }) => Math.max(width, height)));
  return [
    t`Up to ${largest} px`,
    imageToImage && t`Draws from pictures`,
    transparentBackground && t`Transparency`,
    negativePrompt && t`Negative prompt`,
  ].filter((ability) => typeof ability === 'string');
}
