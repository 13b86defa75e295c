import { Trans, useLingui } from '@lingui/react/macro';
import type { Model } from '@rendermart/contract';
import { ChevronsUpDown, TriangleAlert } from 'lucide-react';
import { Suspense, lazy, useId, useState } from 'react';
import { useFormat } from '../../data/format.ts';
import { useModelDescription } from '../../data/model-descriptions.ts';
import { Button, controlClass, cx } from '../../ui/index.ts';
import { Price } from './Price.tsx';
import type { Studio } from './use-studio.ts';

const ModelDialog = lazy(() => import('./ModelDialog.tsx').then((module) => ({ default: module.ModelDialog })));

/** The model, what it is, what it costs, and whether it is about to end. */
export function ModelField({ studio: { model, models, choose } }: { studio: Studio }) {
  const { t } = useLingui();
  const describe = useModelDescription();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="grid gap-2">
      <span id={`${id}-label`} className="text-sm font-semibold">{t`Model`}</span>
      <button
        type="button"
        id={id}
        aria-haspopup="dialog"
        aria-labelledby={`${id}-label ${id}`}
        onClick={() => setOpen(true)}
        className={cx(controlClass, 'flex h-11 items-center justify-between gap-2 pr-3 pl-3.5 text-left')}
      >
        <span className="truncate">{model.name}</span>
        <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
      </button>
      <p className="text-sm/5 text-muted">
        {describe(model)} <Price model={model} />
      </p>
      {model.lifecycle !== 'active' && <Ending model={model} models={models} onSwitch={choose} />}
      {isOpen && (
        <Suspense>
          <ModelDialog
            {...{ model, models }}
            onClose={() => setOpen(false)}
            onChoose={(next) => {
              choose(next);
              setOpen(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

function Ending({ model, models, onSwitch }: { model: Model; models: readonly Model[]; onSwitch: (modelId: string) => void }) {
  const { day } = useFormat();
  const successor = models.find(({ id }) => id === model.successorId);
  const date = model.endsOn ? day(model.endsOn) : null;
  return (
    <div role="note" className="grid gap-2 rounded-2xl bg-warn-wash p-3 text-sm/5 text-warn">
      <p className="flex gap-2">
        <TriangleAlert aria-hidden className="size-4 shrink-0" />
        <span>
          {date ? (
            <Trans>This model ends on {date}. Pictures drawn with it stay.</Trans>
          ) : (
            <Trans>This model will end soon. Pictures drawn with it stay.</Trans>
          )}
        </span>
      </p>
      {successor && (
        <Button size="small" className="justify-self-start" onClick={() => onSwitch(successor.id)}>
          <Trans>Use {successor.name}</Trans>
        </Button>
      )}
    </div>
  );
}
