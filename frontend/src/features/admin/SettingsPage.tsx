import { useLingui } from '@lingui/react/macro';
import type { Settings } from '@rendermart/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { usePageTitle } from '../../app/title.ts';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { queryClient, setupQuery } from '../../data/queries.ts';
import { Button, Card, NumberField, Section, Select, Skeleton, Switch, TextField, notify } from '../../ui/index.ts';
import { settingsQuery } from './queries.ts';
import { withoutSame } from './without-same.ts';

export function SettingsPage() {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery(settingsQuery);
  usePageTitle(t`Settings`);
  if (!data)
    return error ? (
      <FailureNotice error={error} onRetry={() => void refetch()} />
    ) : (
      <div role="status" aria-label={t`Loading`}>
        <Skeleton className="h-96 max-w-3xl rounded-3xl" />
      </div>
    );
  return <SettingsForm settings={data} />;
}

interface FieldsProps {
  draft: Settings;
  onChange: (patch: Partial<Settings>) => void;
}

function SettingsForm({ settings }: { settings: Settings }) {
  const { t } = useLingui();
  // Only what was changed here is held and sent: somebody else may change the rest meanwhile.
  const [patch, setPatch] = useState<Partial<Settings>>({});
  const draft = { ...settings, ...patch };
  const change = (part: Partial<Settings>) => setPatch((held) => withoutSame({ ...held, ...part }, settings));
  const isNameMissing = draft.siteName.trim() === '';
  const isChanged = Object.keys(patch).length > 0;
  const save = useMutation({
    mutationFn: (sent: Partial<Settings>) => client.adminSettingsUpdate({ body: sent }),
    onSuccess: (saved, sent) => {
      queryClient.setQueryData(settingsQuery.queryKey, saved);
      setPatch((held) => withoutSame(held, sent));
      void queryClient.invalidateQueries({ queryKey: setupQuery.queryKey });
      notify({ text: t`The settings were saved` });
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!isNameMissing) save.mutate(patch);
  };
  return (
    <form noValidate onSubmit={send} className="grid max-w-3xl gap-10">
      <Section title={t`This installation`}>
        <Card>
          <TextField
            label={t`Name`}
            hint={t`Shown in tabs, on the sign-in page and in mails.`}
            maxLength={60}
            value={draft.siteName}
            onChange={(event) => change({ siteName: event.target.value })}
            error={isNameMissing ? t`Enter a name.` : undefined}
          />
        </Card>
      </Section>
      <AccessFields draft={draft} onChange={change} />
      <LimitFields draft={draft} onChange={change} />
      <MoneyFields draft={draft} onChange={change} />
      {save.error && <FailureNotice error={save.error} />}
      <div className="flex justify-end gap-2">
        <Button disabled={!isChanged} onClick={() => setPatch({})}>{t`Undo the changes`}</Button>
        <Button type="submit" tone="primary" disabled={!isChanged} busy={save.isPending}>{t`Save`}</Button>
      </div>
    </form>
  );
}

function AccessFields({ draft, onChange }: FieldsProps) {
  const { t } = useLingui();
  return (
    <Section title={t`Who may come in`}>
      <Card className="grid gap-5">
        <Select
          label={t`New accounts`}
          value={draft.registration}
          onChange={(registration) => onChange({ registration })}
          choices={[
            { value: 'open', label: t`Open`, description: t`Whoever reaches this page can make an account.` },
            { value: 'invitation', label: t`By invitation`, description: t`A link from an administrator is needed.` },
            { value: 'closed', label: t`Closed`, description: t`Nobody new, not even with a link.` },
          ]}
        />
        <Select
          label={t`Explore`}
          value={draft.exploreAudience}
          onChange={(exploreAudience) => onChange({ exploreAudience })}
          choices={[
            { value: 'members', label: t`For members`, description: t`Published images are seen by people with an account.` },
            {
              value: 'everyone',
              label: t`For everyone`,
              description: t`Published images are seen by whoever reaches this page.`,
            },
          ]}
        />
      </Card>
    </Section>
  );
}

function LimitFields({ draft, onChange }: FieldsProps) {
  const { t } = useLingui();
  return (
    <Section title={t`Limits`}>
      <Card className="grid items-start gap-5 sm:grid-cols-2">
        <NumberField
          label={t`Waiting generations per person`}
          hint={t`More are refused until some are done.`}
          value={draft.maxQueuedPerAccount}
          min={1}
          max={1_000_000}
          onChange={(value) => onChange({ maxQueuedPerAccount: value ?? draft.maxQueuedPerAccount })}
        />
        <NumberField
          label={t`Days in the trash`}
          hint={t`After them, images are deleted for good.`}
          value={draft.trashDays}
          min={1}
          max={365}
          onChange={(value) => onChange({ trashDays: value ?? draft.trashDays })}
        />
        <div className="sm:col-span-2">
          <Switch
            label={t`Draw while people type`}
            hint={t`Fast models without a price draw in the studio while somebody types. Generations always come first, and nothing is kept.`}
            checked={draft.liveDrawing}
            onChange={(liveDrawing) => onChange({ liveDrawing })}
          />
        </div>
      </Card>
    </Section>
  );
}

function MoneyFields({ draft, onChange }: FieldsProps) {
  const { t } = useLingui();
  return (
    <Section title={t`Credits and market`}>
      <Card className="grid items-start gap-5 sm:grid-cols-2">
        <TextField
          label={t`Credits of a new account`}
          hint={t`Everybody begins with as many. Those who are already here keep what they have.`}
          inputMode="numeric"
          maxLength={9}
          value={draft.startingCredits}
          onChange={(event) => onChange({ startingCredits: event.target.value.replaceAll(/\D/g, '') })}
          onBlur={() => onChange({ startingCredits: String(BigInt(draft.startingCredits || '0')) })}
        />
        <NumberField
          label={t`Fee of a sale in percent`}
          hint={t`What this installation keeps of each price. Sellers see it before they offer an image.`}
          value={draft.marketFeePercent}
          min={0}
          max={90}
          step={0.5}
          format={{ maximumFractionDigits: 2 }}
          onChange={(value) => onChange({ marketFeePercent: value ?? draft.marketFeePercent })}
        />
      </Card>
    </Section>
  );
}
