import { useLingui } from '@lingui/react/macro';
import type { Invitation } from '@rendermart/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { MailPlus, UserPlus } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFailureText } from '../../data/failure-texts.ts';
import { useFormat } from '../../data/format.ts';
import { setupQuery } from '../../data/queries.ts';
import { Badge, Button, Card, ConfirmDialog, Section, Skeleton, notify } from '../../ui/index.ts';
import { invitationsQuery } from './queries.ts';

const InvitationDialog = lazy(() => import('./InvitationDialog.tsx').then((module) => ({ default: module.InvitationDialog })));

/** Links that let one person each make an account. */
export function Invitations() {
  const { t } = useLingui();
  // Null until it is first opened: only then is its code fetched.
  const [isNew, setNew] = useState<boolean | null>(null);
  const { data, error, refetch } = useQuery(invitationsQuery);
  const isClosed = useQuery(setupQuery).data?.registration === 'closed';
  return (
    <Section
      title={t`Invitations`}
      description={
        isClosed
          ? t`New accounts are closed in the settings: links work again when you open them.`
          : t`Each link lets one person make an account.`
      }
      actions={
        <Button icon={<UserPlus aria-hidden className="size-[18px]" />} onClick={() => setNew(true)}>{t`Invite somebody`}</Button>
      }
    >
      {error ? (
        <FailureNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <Card className="py-1! sm:py-2!">
          {!data && <Skeleton className="my-3 h-12" />}
          {data?.length === 0 && (
            <p className="flex items-center gap-4 py-4 text-muted">
              <MailPlus aria-hidden className="size-6 shrink-0" />
              {t`No invitation is open.`}
            </p>
          )}
          {data && data.length > 0 && (
            <ul aria-label={t`Invitations`} className="divide-y divide-line">
              {data.map((invitation) => (
                <InvitationRow key={invitation.id} invitation={invitation} />
              ))}
            </ul>
          )}
        </Card>
      )}
      {isNew !== null && (
        <Suspense>
          <InvitationDialog open={isNew} onOpenChange={setNew} />
        </Suspense>
      )}
    </Section>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const { t } = useLingui();
  const format = useFormat();
  const textOf = useFailureText();
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const isExpired = Date.parse(invitation.expiresAt) < Date.now();
  const whom = invitation.email ?? t`Whoever has the link`;
  const withdraw = useMutation({
    mutationFn: () => client.adminInvitationDelete({ params: { id: invitation.id } }),
    onSuccess: () => notify({ text: t`The invitation was withdrawn` }),
    onError: (error) => notify({ text: textOf(error), tone: 'bad' }),
    onSettled: () => {
      setAsking(false);
      return queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey });
    },
  });
  const made = format.ago(invitation.createdAt);
  const used = invitation.usedAt && format.ago(invitation.usedAt);
  const end = format.date(invitation.expiresAt);
  return (
    <li className="flex items-center gap-x-4 py-3">
      <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)]">
        <span className="flex flex-wrap items-center gap-2">
          <span className="truncate font-semibold">{whom}</span>
          {invitation.role === 'administrator' && <Badge tone="accent">{t`Administrator`}</Badge>}
          {used ? <Badge tone="good">{t`Used`}</Badge> : isExpired && <Badge tone="warn">{t`Expired`}</Badge>}
        </span>
        <span className="text-sm text-muted">
          {t`Made ${made}`} · {used ? t`used ${used}` : t`valid until ${end}`}
        </span>
      </div>
      {!used && (
        <Button
          size="small"
          aria-label={t`Withdraw the invitation for ${whom}`}
          onClick={() => setAsking(true)}
        >{t`Withdraw`}</Button>
      )}
      <ConfirmDialog
        title={t`Withdraw the invitation?`}
        description={t`Its link stops working at once.`}
        action={t`Withdraw`}
        open={isAsking}
        onOpenChange={setAsking}
        busy={withdraw.isPending}
        onConfirm={() => withdraw.mutate()}
      />
    </li>
  );
}
