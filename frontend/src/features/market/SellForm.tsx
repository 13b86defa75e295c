import { useLingui } from '@lingui/react/macro';
import type { Image, MarketTerms } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { paths } from '../../app/paths.ts';
import { client } from '../../data/client.ts';
import { parseAmount } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { imageQuery, imagesChanged, queryClient } from '../../data/queries.ts';
import { Button, Card, ChoiceCards, focusInvalid, notify, Switch, TextArea, TextField } from '../../ui/index.ts';
import { listingChanged } from './listings.ts';
import { LicenceTextButton } from './LicenceSummary.tsx';
import { Proceeds } from './Proceeds.tsx';
import { draftOf, inputOf, lacksOf } from './sell-draft.ts';
import type { SellDraft, SellLack } from './sell-draft.ts';

interface PartProps {
  draft: SellDraft;
  lacks: ReadonlySet<SellLack>;
  onChange: (patch: Partial<SellDraft>) => void;
}
const none: ReadonlySet<SellLack> = new Set();

/** What a buyer may do, what it costs, and what it is called. */
export function SellForm({ image, terms }: { image: Image; terms: MarketTerms }) {
  const { t } = useLingui();
  const [draft, setDraft] = useState(() => draftOf(image));
  const [isTried, setTried] = useState(false);
  const offer = useOffer(image);
  const onChange = (patch: Partial<SellDraft>) => setDraft({ ...draft, ...patch });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (lacksOf(draft).size === 0) offer.send(draft);
    else focusInvalid(event.currentTarget);
  };
  const part = { draft, onChange, lacks: isTried ? lacksOf(draft) : none };
  return (
    <form noValidate onSubmit={send} className="grid gap-5">
      <Card className="grid gap-5">
        <LicenceField {...part} terms={terms} />
      </Card>
      <Card className="grid gap-5">
        <PriceFields {...part} />
      </Card>
      <Card className="grid gap-5">
        <TextField
          label={t`Title`}
          maxLength={120}
          value={draft.title}
          onChange={(event) => onChange({ title: event.target.value })}
          error={part.lacks.has('title') ? t`Give it a title.` : undefined}
        />
        <TextArea
          label={t`Description (optional)`}
          hint={t`What it shows, and what it is good for.`}
          maxLength={2_000}
          value={draft.description}
          onChange={(event) => onChange({ description: event.target.value })}
        />
        {image.recipe && (
          <Switch
            label={t`Show the prompt and the settings`}
            hint={t`Whoever looks at the listing sees how the picture was made. Buyers see it in any case.`}
            checked={draft.showRecipe}
            onChange={(showRecipe) => onChange({ showRecipe })}
          />
        )}
      </Card>
      {image.published && (
        <p className="rounded-2xl bg-warn-wash px-4 py-3 text-warn">{t`This image is published. While it is for sale it is not: otherwise everybody could take it without paying.`}</p>
      )}
      {offer.error && <FailureNotice error={offer.error} />}
      <Button
        type="submit"
        tone="accent"
        size="large"
        busy={offer.isPending}
        className="justify-self-end max-sm:w-full"
      >{t`Offer it for sale`}</Button>
    </form>
  );
}

function LicenceField({ draft, onChange, terms }: PartProps & { terms: MarketTerms }) {
  const { t } = useLingui();
  const choices = terms.licences.map((licence) => ({
    value: licence.kind,
    label: licence.name,
    children: (
      <span lang={licence.locale} className="text-sm/5 text-muted">
        {licence.summary.join(' ')}
      </span>
    ),
  }));
  const chosen = terms.licences.find(({ kind }) => kind === draft.licence);
  return (
    <>
      <ChoiceCards
        label={t`What may a buyer do with it?`}
        value={draft.licence}
        choices={choices}
        onChange={(licence) => onChange({ licence })}
      />
      <p className="text-sm text-muted">{t`These are the words that a buyer reads.`}</p>
      {chosen && <LicenceTextButton licence={chosen} />}
    </>
  );
}

function PriceFields({ draft, lacks, onChange }: PartProps) {
  const { t } = useLingui();
  const price = parseAmount(draft.price);
  return (
    <>
      <TextField
        label={t`Price in credits`}
        inputMode="numeric"
        maxLength={15}
        value={draft.price}
        onChange={(event) => onChange({ price: event.target.value })}
        error={lacks.has('price') ? t`Enter a whole number from 1 to 999,999,999.` : undefined}
        className="max-w-56"
      />
      {price !== null && <Proceeds price={price} />}
      {draft.licence === 'exclusive' ? (
        <p className="text-sm text-muted">{t`It is sold once. With the sale the image leaves your gallery.`}</p>
      ) : (
        <Switch
          label={t`Limit the copies`}
          hint={t`Off: as many people as want to can buy it.`}
          checked={draft.isLimited}
          onChange={(isLimited) => onChange({ isLimited })}
        />
      )}
      {draft.licence !== 'exclusive' && draft.isLimited && (
        <TextField
          label={t`Copies`}
          hint={t`From 1 to 10,000. When all are sold, the listing ends.`}
          inputMode="numeric"
          maxLength={6}
          value={draft.edition}
          onChange={(event) => onChange({ edition: event.target.value })}
          error={lacks.has('edition') ? t`Enter a whole number from 1 to 10,000.` : undefined}
          className="max-w-56"
        />
      )}
    </>
  );
}

function useOffer(image: Image) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const offer = useMutation({
    mutationFn: (draft: SellDraft) => client.listingCreate({ body: inputOf(image.id, draft) }),
    onSuccess: (listing) => {
      listingChanged(listing);
      void queryClient.invalidateQueries({ queryKey: imageQuery(image.id).queryKey });
      imagesChanged();
      notify({ text: t`“${listing.title}” is for sale now` });
    },
  });
  return {
    isPending: offer.isPending,
    error: offer.error,
    // Told to this call and not to the mutation: who has left the form meanwhile is not pulled away from where they are.
    send: (draft: SellDraft) =>
      offer.mutate(draft, {
        onSuccess: ({ id }) => void navigate({ to: paths.listing, params: { id }, replace: true }),
      }),
  };
}
