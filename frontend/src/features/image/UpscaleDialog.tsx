import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { Image, Model } from '@rendermart/contract';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { paths } from '../../app/paths.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useModelDescription } from '../../data/model-descriptions.ts';
import { Button, ChoiceCards, Dialog, Segmented } from '../../ui/index.ts';
import { scaleChoices } from './upscale-choices.ts';
import { useUpscale } from './use-upscale.ts';

interface UpscaleDialogProps {
  image: Image;
  /** At least one; the first is taken unless somebody chooses. */
  upscalers: readonly Model[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  trigger: ReactElement;
}

/** Asks how much larger and by what; the copy is then made like any other generation, in sight in the studio. */
export function UpscaleDialog({ image, upscalers, ...dialog }: UpscaleDialogProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const [modelId, setModelId] = useState(upscalers[0]!.id);
  const model = upscalers.find(({ id }) => id === modelId) ?? upscalers[0]!;
  const choices = scaleChoices(image, model);
  const [wanted, setScale] = useState(2);
  const chosen = choices.find(({ scale, fits }) => fits && scale === wanted) ?? choices.find(({ fits }) => fits);
  const upscale = useUpscale(image.id);
  const onOpenChange = (open: boolean) => {
    // Whoever closes it hears the answer no more: it would take them away from where they are by then.
    if (!open) upscale.reset();
    dialog.onOpenChange(open);
  };
  const ask = (scale: number) =>
    upscale.mutate(
      { scale, modelId: model.id, expectedPriceCredits: model.priceCredits },
      { onSuccess: () => void navigate({ to: paths.studio }) },
    );
  const actions = (
    <>
      <Button onClick={() => onOpenChange(false)}>{t`Cancel`}</Button>
      <Button
        tone="primary"
        disabled={!chosen}
        busy={upscale.isPending}
        onClick={() => chosen && ask(chosen.scale)}
      >{t`Upscale`}</Button>
    </>
  );
  return (
    <Dialog
      {...dialog}
      title={t`Upscale`}
      description={t`A larger copy is made; this image stays as it is.`}
      actions={actions}
      onOpenChange={onOpenChange}
    >
      <div className="grid gap-5">
        <div className="grid gap-2">
          <Segmented
            label={t`How much larger`}
            value={String(chosen?.scale ?? '')}
            choices={choices
              .filter(({ fits }) => fits)
              .map(({ scale }) => ({ value: String(scale), label: `${scale}×`, name: t`${scale} times` }))}
            onChange={(value) => setScale(Number(value))}
          />
          <SizeLine image={image} model={model} chosen={chosen} />
        </div>
        <Methods upscalers={upscalers} modelId={model.id} onChange={setModelId} />
        {upscale.error && <FailureNotice error={upscale.error} />}
      </div>
    </Dialog>
  );
}

/** From which size to which, or why it cannot be. */
function SizeLine({
  image,
  model,
  chosen,
}: {
  image: Image;
  model: Model;
  chosen: ReturnType<typeof scaleChoices>[number] | undefined;
}) {
  const maxSide = model.capabilities.upscale?.maxSide;
  const before = `${image.width} × ${image.height}`;
  const after = chosen && `${chosen.width} × ${chosen.height}`;
  return (
    <p className="text-sm text-muted tabular-nums">
      {after ? (
        <Trans>
          From {before} to {after} pixels.
        </Trans>
      ) : (
        <Trans>
          This image has {before} pixels. Larger copies have at most {maxSide} pixels a side, so it cannot be enlarged.
        </Trans>
      )}
    </p>
  );
}

/** What enlarges it, each in a few words, with its price. */
function Methods({
  upscalers,
  modelId,
  onChange,
}: {
  upscalers: readonly Model[];
  modelId: string;
  onChange: (id: string) => void;
}) {
  const { t } = useLingui();
  const describe = useModelDescription();
  const choices = upscalers.map((model) => ({
    value: model.id,
    label: model.name,
    children: (
      <span className="text-sm text-muted">
        {describe(model)}
        {model.priceCredits !== '0' && (
          <>
            {' '}
            <Plural value={Number(model.priceCredits)} one="# credit." other="# credits." />
          </>
        )}
      </span>
    ),
  }));
  return <ChoiceCards label={t`Method`} value={modelId} choices={choices} onChange={onChange} />;
}
