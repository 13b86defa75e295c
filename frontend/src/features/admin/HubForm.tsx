import { useLingui } from '@lingui/react/macro';
import type { ModelOffer } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client, isFailure } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFailureText } from '../../data/failure-texts.ts';
import { Button, TextField } from '../../ui/index.ts';
import { OfferForm } from './OfferForm.tsx';

/** Asks the hub about a repository, then shows its terms. */
export function HubForm({ hub, onBegun }: { hub: string; onBegun: () => void }) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const [address, setAddress] = useState('');
  const look = useMutation<ModelOffer, Error, string>({
    mutationFn: (asked) => client.adminModelOfferRead({ query: { address: asked } }),
  });
  const isAboutAddress = isFailure(look.error, 'address_not_allowed', 'repository_unsupported');
  const host = new URL(hub).host;
  return (
    <div className="grid gap-5">
      <form
        noValidate
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (address.trim() !== '') look.mutate(address.trim());
        }}
      >
        <TextField
          label={t`Repository`}
          hint={t`owner/name on ${host}, or the address of its page.`}
          spellCheck={false}
          autoCapitalize="none"
          maxLength={500}
          value={address}
          onChange={(event) => {
            setAddress(event.target.value);
            look.reset();
          }}
          error={isAboutAddress ? textOf(look.error) : undefined}
        />
        {look.error && !isAboutAddress && <FailureNotice error={look.error} />}
        {!look.data && (
          <Button type="submit" tone="primary" busy={look.isPending} className="justify-self-end">{t`Look it up`}</Button>
        )}
      </form>
      {look.data && <OfferForm key={look.data.revision} offer={look.data} onBegun={onBegun} />}
    </div>
  );
}
