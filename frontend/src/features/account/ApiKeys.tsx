import { useLingui } from '@lingui/react/macro';
import type { ApiKey } from '@rendermart/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFailureText } from '../../data/failure-texts.ts';
import { useFormat } from '../../data/format.ts';
import { Badge, Button, Card, ConfirmDialog, Section, Skeleton, notify } from '../../ui/index.ts';
import { apiKeysQuery } from './queries.ts';

const NewKeyDialog = lazy(() => import('./NewKeyDialog.tsx').then((module) => ({ default: module.NewKeyDialog })));

/** Keys for programs, each with what it may do and until when. */
export function ApiKeys({ isAdministrator }: { isAdministrator: boolean }) {
  const { t } = useLingui();
  // Null until it is first opened: only then is its code fetched.
  const [isNew, setNew] = useState<boolean | null>(null);
  const { data, error, refetch } = useQuery(apiKeysQuery);
  return (
    <Section
      title={t`API keys`}
      description={
        <>
          {t`For scripts and other programs.`}{' '}
          <a
            href="/api/docs"
            className="font-semibold text-accent-ink underline underline-offset-2"
          >{t`Read the API documentation`}</a>
        </>
      }
      actions={<Button icon={<Plus aria-hidden className="size-[18px]" />} onClick={() => setNew(true)}>{t`New API key`}</Button>}
    >
      {error ? (
        <FailureNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <Card className="py-1! sm:py-2!">
          {!data && <Skeleton className="my-4 h-12" />}
          {data?.length === 0 && (
            <p className="flex items-center gap-4 py-4 text-muted">
              <KeyRound aria-hidden className="size-6 shrink-0" />
              {t`You have no API keys. With one, a program can do what you allow it, without your password.`}
            </p>
          )}
          {data && data.length > 0 && (
            <ul className="divide-y divide-line">
              {data.map((key) => (
                <KeyRow key={key.id} apiKey={key} />
              ))}
            </ul>
          )}
        </Card>
      )}
      {isNew !== null && (
        <Suspense>
          <NewKeyDialog open={isNew} onOpenChange={setNew} isAdministrator={isAdministrator} />
        </Suspense>
      )}
    </Section>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const { name } = apiKey;
  const revoke = useMutation({
    mutationFn: () => client.apiKeyDelete({ params: { id: apiKey.id } }),
    onSuccess: () => notify({ text: t`The key ${name} was revoked` }),
    onError: (error) => notify({ text: textOf(error), tone: 'bad' }),
    onSettled: () => {
      setAsking(false);
      return queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    },
  });
  return (
    <li className="flex items-start gap-x-4 py-4">
      <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)] gap-1.5">
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-semibold">{name}</span>
          <code className="font-mono text-[13px] text-muted">{apiKey.start}…</code>
        </span>
        <KeyTimes apiKey={apiKey} />
        <span className="flex flex-wrap gap-1">
          {apiKey.scopes.map((scope) => (
            <Badge key={scope} tone={scope === 'admin' ? 'warn' : 'neutral'}>
              {scope}
            </Badge>
          ))}
        </span>
      </div>
      <Button size="small" aria-label={t`Revoke ${name}`} onClick={() => setAsking(true)}>{t`Revoke`}</Button>
      <ConfirmDialog
        title={t`Revoke ${name}?`}
        description={t`Programs that use this key are refused at once. This cannot be undone.`}
        action={t`Revoke the key`}
        open={isAsking}
        onOpenChange={setAsking}
        busy={revoke.isPending}
        onConfirm={() => revoke.mutate()}
      />
    </li>
  );
}

function KeyTimes({ apiKey: { lastUsedAt, expiresAt } }: { apiKey: ApiKey }) {
  const { t } = useLingui();
  const format = useFormat();
  const isExpired = expiresAt !== null && Date.parse(expiresAt) < Date.now();
  const used = lastUsedAt && format.ago(lastUsedAt);
  const end = expiresAt && format.date(expiresAt);
  return (
    <span className="text-sm text-muted">
      {used ? t`Last used ${used}` : t`Never used`}
      {' · '}
      {end ? (
        isExpired ? (
          <span className="font-semibold text-danger">{t`Expired on ${end}`}</span>
        ) : (
          t`Valid until ${end}`
        )
      ) : (
        t`Never expires`
      )}
    </span>
  );
}
