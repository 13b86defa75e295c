import { useLingui } from '@lingui/react/macro';
import type { Session } from '@rendermart/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Laptop, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFailureText } from '../../data/failure-texts.ts';
import { useFormat } from '../../data/format.ts';
import { Badge, Button, Card, ConfirmDialog, Section, Skeleton, notify } from '../../ui/index.ts';
import { deviceOf } from './device.ts';
import { sessionsQuery } from './queries.ts';

/** Where one is signed in, and the way to end it. */
export function Sessions() {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery(sessionsQuery);
  const [isAsking, setAsking] = useState(false);
  const revokeOthers = useRevoke(() => client.sessionRevokeOthers(), t`You are signed out everywhere else`);
  return (
    <Section
      title={t`Where you are signed in`}
      description={t`End what you do not recognise, then change your password.`}
      actions={data && data.length > 1 && <Button onClick={() => setAsking(true)}>{t`Sign out everywhere else`}</Button>}
    >
      {error ? (
        <FailureNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <Card className="py-1! sm:py-2!">
          {data ? (
            <ul className="divide-y divide-line">
              {data.map((session) => (
                <SessionRow key={session.id} session={session} />
              ))}
            </ul>
          ) : (
            <Skeleton className="my-4 h-12" />
          )}
        </Card>
      )}
      <ConfirmDialog
        title={t`Sign out everywhere else?`}
        description={t`All other browsers have to sign in again. API keys go on working.`}
        action={t`Sign out everywhere else`}
        open={isAsking}
        onOpenChange={setAsking}
        busy={revokeOthers.isPending}
        onConfirm={() => revokeOthers.mutate(undefined, { onSettled: () => setAsking(false) })}
      />
    </Section>
  );
}

function SessionRow({ session }: { session: Session }) {
  const { t } = useLingui();
  const format = useFormat();
  const { browser, system, isPhone } = deviceOf(session.userAgent);
  const device = browser && system ? t`${browser} on ${system}` : (browser ?? system ?? t`Unknown device`);
  const revoke = useRevoke(() => client.sessionRevoke({ params: { id: session.id } }), t`${device} was signed out`);
  const seen = format.ago(session.lastSeenAt);
  const Icon = isPhone ? Smartphone : Laptop;
  return (
    <li className="flex items-center gap-x-4 py-3">
      <Icon aria-hidden className="size-6 shrink-0 text-muted" />
      <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)]">
        <span className="flex flex-wrap items-center gap-2 font-semibold">
          {device}
          {session.current && <Badge tone="good">{t`This browser`}</Badge>}
        </span>
        <span className="text-sm text-muted" title={format.dateTime(session.lastSeenAt)}>
          {session.current ? t`Active now` : t`Last seen ${seen}`}
          {session.ipAddress && ` · ${session.ipAddress}`}
        </span>
      </div>
      {!session.current && (
        <Button
          size="small"
          busy={revoke.isPending}
          aria-label={t`Sign out: ${device}`}
          onClick={() => revoke.mutate()}
        >{t`Sign out`}</Button>
      )}
    </li>
  );
}

function useRevoke(act: () => Promise<unknown>, done: string) {
  const textOf = useFailureText();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => notify({ text: done }),
    onError: (error) => notify({ text: textOf(error), tone: 'bad' }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
}
