import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useRef, useState } from 'react';
import type { ChangeEvent, FormEvent } from 'react';
import { isFailure } from '../../data/client.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { checkFields } from './checks.ts';
import type { Lack } from './checks.ts';

const lackTexts: Record<Lack, ReturnType<typeof msg>> = {
  required: msg`This is needed.`,
  email: msg`This is not an email address. It looks like name@example.org.`,
  short: msg`Use at least 10 characters.`,
};
/** Failures that belong to one field rather than to the form. */
const fieldOfCode: Record<string, string> = { email_taken: 'email', wrong_password: 'currentPassword' };

/** Values, errors beside their fields, and one sending at a time. `send` throws what the client throws. */
export function useAccountForm<Name extends string>(
  initial: Record<Name, string>,
  send: (values: Record<Name, string>) => Promise<void>,
) {
  const { i18n } = useLingui();
  const textOf = useFailureText();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const show = (next: Partial<Record<string, string>>) => {
    setErrors(next);
    const first = Object.keys(initial).find((name) => next[name]);
    if (first) form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };
  const refuse = (error: unknown) => {
    const field = isFailure(error) ? (fieldOfCode[error.code] ?? error.field) : undefined;
    if (field !== undefined && field in initial) show({ [field]: textOf(error) });
    else setFailure(error);
  };
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setFailure(null);
    const lacks = Object.entries(checkFields(values)) as [string, Lack][];
    show(Object.fromEntries(lacks.map(([name, lack]) => [name, i18n._(lackTexts[lack])])));
    if (lacks.length > 0) return;
    setBusy(true);
    await send(values).catch(refuse);
    setBusy(false);
  };
  const bind = (name: Name) => ({
    name,
    value: values[name],
    error: errors[name],
    onChange: (event: ChangeEvent<HTMLInputElement>) => {
      setValues({ ...values, [name]: event.target.value });
      if (errors[name]) setErrors({ ...errors, [name]: undefined });
    },
  });
  return { form: { ref: form, onSubmit, noValidate: true as const, className: 'grid gap-5' }, bind, busy, failure };
}
