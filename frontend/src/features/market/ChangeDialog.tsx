import { useLingui } from '@lingui/react/macro';
import type { Listing } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { client } from '../../data/client.ts';
import { parseAmount } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, Dialog, Switch, TextArea, TextField, notify } from '../../ui/index.ts';
import { listingChanged } from './listings.ts';
import { Proceeds } from './Proceeds.tsx';

/** Price, words and whether the recipe shows. Kind and licence stay: buyers rely on them. */
export function ChangeDialog({ listing, onClose }: { listing: Listing; onClose: () => void }) {
  const { t } = useLingui();
  const [priceText, setPriceText] = useState(listing.priceCredits);
  const [draft, setDraft] = useState({ title: listing.title, description: listing.description, showRecipe: listing.showRecipe });
  const price = parseAmount(priceText);
  const isNameless = draft.title.trim() === '';
  const save = useMutation({
    mutationFn: (priceCredits: string) => client.listingUpdate({ params: { id: listing.id }, body: { ...draft, priceCredits } }),
    onSuccess: (changed) => {
      listingChanged(changed);
      notify({ text: t`The listing was changed` });
      onClose();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (price !== null && !isNameless) save.mutate(String(price));
  };
  return (
    <Dialog open onOpenChange={onClose} title={t`Change the listing`}>
      <form noValidate onSubmit={send} className="grid gap-5">
        {save.error && <FailureNotice error={save.error} />}
        <TextField
          label={t`Price in credits`}
          inputMode="numeric"
          maxLength={15}
          value={priceText}
          onChange={(event) => setPriceText(event.target.value)}
          error={price === null ? t`Enter a whole number from 1 to 999,999,999.` : undefined}
        />
        {price !== null && <Proceeds price={price} />}
        <TextField
          label={t`Title`}
          maxLength={120}
          value={draft.title}
          onChange={(event) => setDraft({ ...draft, title: event.target.value })}
          error={isNameless ? t`Give it a title.` : undefined}
        />
        <TextArea
          label={t`Description (optional)`}
          maxLength={2_000}
          value={draft.description}
          onChange={(event) => setDraft({ ...draft, description: event.target.value })}
        />
        {listing.recipe && (
          <Switch
            label={t`Show the prompt and the settings`}
            hint={t`Whoever looks at the listing sees how the picture was made. Buyers see it in any case.`}
            checked={draft.showRecipe}
            onChange={(showRecipe) => setDraft({ ...draft, showRecipe })}
          />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button type="submit" tone="primary" busy={save.isPending}>{t`Save`}</Button>
        </div>
      </form>
    </Dialog>
  );
}
