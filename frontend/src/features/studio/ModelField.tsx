import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { Model } from '@rendermart/contract';
import { TriangleAlert } from 'lucide-react';
import { useFormat } from '../../data/format.ts';
import { Button, Select } from '../../ui/index.ts';
import type { Studio } from './use-studio.ts';

/** The model, what it is, what it costs, and whether it is about to end. */
export function ModelField({ studio: { model, models, choose } }: { studio: Studio }) {
  const { t } = useLingui();
  const choices = models.map((item) => ({ value: item.id, label: item.name, description: <ModelLine model={item} />, disabled: item.lifecycle === 'retired' }));
  return (
    <div className="grid gap-2">
      <Select label={t`Model`} value={model.id} choices={choices} onChange={choose} />
      <div className="text-sm/5 text-muted"><ModelLine model={model} /></div>
      {model.lifecycle !== 'active' && <Ending model={model} models={models} onSwitch={choose} />}
    </div>
  );
}

function ModelLine({ model: { description, priceCredits } }: { model: Model }) {
  const price = Number(priceCredits);
  return <>{description} {price === 0 ? <Trans>Free.</Trans> : <Plural value={price} one="# credit per image." other="# credits per image." />}</>;
}

function Ending({ model, models, onSwitch }: { model: Model; models: readonly Model[]; onSwitch: (modelId: string) => void }) {
  const format = useFormat();
  const successor = models.find(({ id }) => id === model.successorId);
  const date = model.endsOn ? format.date(model.endsOn) : null;
  return (
    <div role="note" className="grid gap-2 rounded-2xl bg-warn-wash p-3 text-sm/5 text-warn">
      <p className="flex gap-2"><TriangleAlert aria-hidden className="size-4 shrink-0" /><span>{date ? <Trans>This model ends on {date}. Pictures drawn with it stay.</Trans> : <Trans>This model will end soon. Pictures drawn with it stay.</Trans>}</span></p>
      {successor && <Button size="small" className="justify-self-start" onClick={() => onSwitch(successor.id)}><Trans>Use {successor.name}</Trans></Button>}
    </div>
  );
}
