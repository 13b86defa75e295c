import { useLingui } from '@lingui/react/macro';
import type { ApiKeyScope, NewApiKey } from '@rendermart/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, Checkbox, CopyField, Dialog, Select, TextField, focusInvalid } from '../../ui/index.ts';
import { curlExample } from './curl-example.ts';
import { apiKeysQuery } from './queries.ts';
import { scopeTexts } from './scope-texts.ts';

interface NewKeyDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  isAdministrator: boolean;
}

/** Makes a key, then shows it: the only time that it can be seen. */
export function NewKeyDialog({ open, onOpenChange, isAdministrator }: NewKeyDialogProps) {
  const { t } = useLingui();
  const [made, setMade] = useState<NewApiKey | null>(null);
  const change = (next: boolean) => {
    if (!next) setMade(null);
    onOpenChange(next);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={made ? t`Your new API key` : t`New API key`}
      description={made ? t`Copy it now and keep it safe. It is not shown again.` : undefined}
      actions={made && <Button tone="primary" onClick={() => change(false)}>{t`Done`}</Button>}
    >
      {made ? <MadeKey made={made} /> : <KeyForm isAdministrator={isAdministrator} onMade={setMade} />}
    </Dialog>
  );
}

function MadeKey({ made }: { made: NewApiKey }) {
  const { t } = useLingui();
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <CopyField label={t`API key`} value={made.key} />
      <CopyField lines label={t`Try it in a terminal`} value={curlExample(made, location.origin)} />
    </div>
  );
}

const lifetimes = ['7', '30', '90', '365', ''] as const;
const usualScopes: readonly ApiKeyScope[] = ['generations:write', 'generations:read', 'images:read'];

function KeyForm({ isAdministrator, onMade }: { isAdministrator: boolean; onMade: (key: NewApiKey) => void }) {
  const { t } = useLingui();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState(usualScopes);
  const [days, setDays] = useState<(typeof lifetimes)[number]>('90');
  const [isTried, setTried] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      client.apiKeyCreate({ body: { name, scopes: [...scopes], expiresInDays: days === '' ? null : Number(days) } }),
    onSuccess: (made) => {
      void queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
      onMade(made);
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (name.trim() !== '' && scopes.length > 0) make.mutate();
    else focusInvalid(event.currentTarget);
  };
  const choices = lifetimes.map((value) => ({ value, label: value === '' ? t`Never` : t`In ${value} days` }));
  return (
    <form noValidate onSubmit={send} className="grid gap-5">
      {make.error && <FailureNotice error={make.error} />}
      <TextField
        label={t`Name`}
        autoFocus
        maxLength={60}
        placeholder={t`Nightly script`}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={isTried && name.trim() === '' ? t`Give it a name, to know it again.` : undefined}
      />
      <ScopeChoice
        scopes={scopes}
        onChange={setScopes}
        isAdministrator={isAdministrator}
        isMissing={isTried && scopes.length === 0}
      />
      <Select label={t`Expires`} value={days} choices={choices} onChange={setDays} />
      <Button type="submit" tone="primary" busy={make.isPending} className="justify-self-end">{t`Make the key`}</Button>
    </form>
  );
}

function ScopeChoice({
  scopes,
  onChange,
  isAdministrator,
  isMissing,
}: {
  scopes: readonly ApiKeyScope[];
  onChange: (scopes: readonly ApiKeyScope[]) => void;
  isAdministrator: boolean;
  isMissing: boolean;
}) {
  const { t, i18n } = useLingui();
  const offered = (Object.keys(scopeTexts) as ApiKeyScope[]).filter((scope) => scope !== 'admin' || isAdministrator);
  return (
    <fieldset className="grid gap-2.5">
      <legend className="mb-2 text-sm font-semibold">{t`What it may do`}</legend>
      {offered.map((scope) => (
        <Checkbox
          key={scope}
          label={i18n._(scopeTexts[scope])}
          hint={<code className="font-mono text-[13px]">{scope}</code>}
          checked={scopes.includes(scope)}
          onChange={(on) => onChange(on ? [...scopes, scope] : scopes.filter((held) => held !== scope))}
        />
      ))}
      {isMissing && <p role="alert" className="text-sm font-medium text-danger">{t`Choose at least one.`}</p>}
    </fieldset>
  );
}
