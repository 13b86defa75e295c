import { useLingui } from '@lingui/react/macro';
import type { AdminModel, ModelPatch } from '@rendermart/contract';
import { Pencil, Star } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import { useFailureText } from '../../data/failure-texts.ts';
import { useFormat } from '../../data/format.ts';
import { useModelDescription } from '../../data/model-descriptions.ts';
import { Badge, Button, Card, Switch, notify } from '../../ui/index.ts';
import { CapabilityList } from './CapabilityList.tsx';
import { useModelPatch } from './use-model-patch.ts';

const EditModelDialog = lazy(() => import('./EditModelDialog.tsx').then((module) => ({ default: module.EditModelDialog })));

export function ModelCard({ model, models }: { model: AdminModel; models: readonly AdminModel[] }) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const describe = useModelDescription();
  const [isEditing, setEditing] = useState(false);
  const patch = useModelPatch(model.id);
  const save = (body: ModelPatch, text: string) =>
    patch.mutate(body, { onSuccess: () => notify({ text }), onError: (error) => notify({ text: textOf(error), tone: 'bad' }) });
  const { name } = model;
  const isEnabled = patch.isPending && patch.variables.enabled !== undefined ? patch.variables.enabled : model.enabled;
  return (
    <li>
      <Card className="grid gap-4">
        <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="grid min-w-0 flex-1 basis-64 gap-1">
            <h3 className="flex flex-wrap items-center gap-2 text-base font-semibold">
              {name}
              <Marks model={model} />
            </h3>
            <p className="font-mono text-[13px] break-all text-muted">
              {model.id} · {model.engine}
              {model.engineModel !== model.id && ` / ${model.engineModel}`}
            </p>
            {model.description && <p className="max-w-prose text-muted">{describe(model)}</p>}
          </div>
          <div className="w-full sm:w-36">
            <Switch
              label={isEnabled ? t`Switched on` : t`Switched off`}
              checked={isEnabled}
              onChange={(enabled) => save({ enabled }, enabled ? t`${name} is switched on` : t`${name} is switched off`)}
            />
          </div>
        </header>
        <CapabilityList capabilities={model.capabilities} />
        <footer className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-4">
          <Facts model={model} models={models} />
          <div className="flex flex-wrap gap-2">
            {!model.isDefault && model.enabled && !model.capabilities.upscale && (
              <Button
                size="small"
                icon={<Star aria-hidden className="size-4" />}
                onClick={() => save({ isDefault: true }, t`${name} is the default now`)}
              >{t`Make default`}</Button>
            )}
            <Button
              size="small"
              icon={<Pencil aria-hidden className="size-4" />}
              aria-label={t`Change ${name}`}
              onClick={() => setEditing(true)}
            >{t`Change`}</Button>
          </div>
        </footer>
      </Card>
      {isEditing && (
        <Suspense>
          <EditModelDialog model={model} models={models} onClose={() => setEditing(false)} />
        </Suspense>
      )}
    </li>
  );
}

function Marks({ model }: { model: AdminModel }) {
  const { t } = useLingui();
  return (
    <>
      {model.isDefault && <Badge tone="accent">{t`Default`}</Badge>}
      {model.lifecycle === 'deprecated' && <Badge tone="warn">{t`Ending`}</Badge>}
      {model.lifecycle === 'retired' && <Badge tone="bad">{t`Retired`}</Badge>}
    </>
  );
}

function Facts({ model, models }: { model: AdminModel; models: readonly AdminModel[] }) {
  const { t } = useLingui();
  const format = useFormat();
  const price = format.number(Number(model.priceCredits));
  const end = model.endsOn && format.day(model.endsOn);
  const successor = model.successorId && (models.find(({ id }) => id === model.successorId)?.name ?? model.successorId);
  const facts = [
    model.priceCredits === '0' ? t`Free` : t`Credits per image: ${price}`,
    t`${model.queued} waiting, ${model.running} running`,
    end && t`Ends on ${end}`,
    successor && t`Successor: ${successor}`,
  ];
  return <p className="text-sm text-muted">{facts.filter(Boolean).join(' · ')}</p>;
}
