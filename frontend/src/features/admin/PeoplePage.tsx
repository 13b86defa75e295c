import { Plural, useLingui } from '@lingui/react/macro';
import type { Person } from '@rendermart/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Suspense, lazy, useState } from 'react';
import { useAccount } from '../../app/session.ts';
import { usePageTitle } from '../../app/title.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { ListEnd } from '../../data/ListEnd.tsx';
import { Badge, Button, Card, SearchField, Section, Skeleton } from '../../ui/index.ts';
import { Invitations } from './Invitations.tsx';
import { peopleQuery } from './queries.ts';

const CreditsDialog = lazy(() => import('./CreditsDialog.tsx').then((module) => ({ default: module.CreditsDialog })));
const PersonDialog = lazy(() => import('./PersonDialog.tsx').then((module) => ({ default: module.PersonDialog })));

export function PeoplePage() {
  const { t } = useLingui();
  const [q, setQ] = useState('');
  const [edited, setEdited] = useState<Person | null>(null);
  const [credited, setCredited] = useState<Person | null>(null);
  const list = useInfiniteQuery(peopleQuery(q));
  const people = list.data?.pages.flatMap((page) => page.items);
  usePageTitle(t`People`);
  return (
    <div className="grid max-w-6xl gap-10">
      <Section title={t`People`} description={t`Everybody with an account, their role and their share of the queue.`}>
        <SearchField label={t`Search by name or email address`} value={q} onChange={setQ} className="max-w-md" />
        {list.isError && !people ? (
          <FailureNotice error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <Card className="py-1! sm:py-2!">
            {!people && [0, 1, 2].map((key) => <Skeleton key={key} className="my-3 h-14" />)}
            {people?.length === 0 && <p className="py-4 text-muted">{t`Nobody fits this search.`}</p>}
            {people && people.length > 0 && (
              <ul aria-label={t`People`} className="divide-y divide-line">
                {people.map((person) => (
                  <PersonRow
                    key={person.id}
                    person={person}
                    onEdit={() => setEdited(person)}
                    onCredits={() => setCredited(person)}
                  />
                ))}
              </ul>
            )}
            <ListEnd list={list} />
          </Card>
        )}
      </Section>
      <Invitations />
      {credited && (
        <Suspense>
          <CreditsDialog key={credited.id} person={credited} onClose={() => setCredited(null)} />
        </Suspense>
      )}
      {edited && (
        <Suspense>
          <PersonDialog key={edited.id} person={edited} onClose={() => setEdited(null)} />
        </Suspense>
      )}
    </div>
  );
}

function PersonRow({ person, onEdit, onCredits }: { person: Person; onEdit: () => void; onCredits: () => void }) {
  const { t } = useLingui();
  const format = useFormat();
  const me = useAccount();
  const { name, weight, images } = person;
  const seen = person.lastSeenAt && format.ago(person.lastSeenAt);
  const share = format.number(weight);
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 py-3 md:grid-cols-[auto_minmax(0,1fr)_auto_auto]">
      <span aria-hidden className="grid size-10 shrink-0 place-items-center rounded-full bg-ink/7 font-bold">
        {name.slice(0, 1).toUpperCase()}
      </span>
      <div className="grid grid-cols-[minmax(0,1fr)]">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="truncate font-semibold">{name}</span>
          {person.id === me?.id && <Badge>{t`You`}</Badge>}
          {person.role === 'administrator' && <Badge tone="accent">{t`Administrator`}</Badge>}
          {person.disabled && <Badge tone="bad">{t`Disabled`}</Badge>}
        </span>
        <span className="truncate text-sm text-muted">{person.email}</span>
      </div>
      <p className="text-sm text-muted max-md:order-last max-md:col-span-2 max-md:col-start-2 md:text-right">
        <Plural value={images} _0="No images" one="# image" other="# images" />
        {weight !== 1 && <> · {t`share × ${share}`}</>}
        <br className="max-md:hidden" />
        <span className="md:hidden"> · </span>
        {seen ? t`last seen ${seen}` : t`not seen yet`}
      </p>
      <div className="flex flex-wrap justify-end gap-2 max-sm:flex-col">
        <Button size="small" aria-label={t`Credits of ${name}`} onClick={onCredits}>{t`Credits`}</Button>
        <Button size="small" aria-label={t`Change ${name}`} onClick={onEdit}>{t`Change`}</Button>
      </div>
    </li>
  );
}
