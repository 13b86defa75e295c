import { useLingui } from '@lingui/react/macro';
import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import { Field, controlClass } from './Field.tsx';
import type { FieldText } from './Field.tsx';
import { IconButton } from './IconButton.tsx';

export function TextField({ label, hint, error, className, ...input }: FieldText & ComponentProps<'input'>) {
  return (
    <Field {...{ label, hint, error }}>
      {(ids) => <input type="text" {...input} {...ids} className={cx(controlClass, 'h-11 px-3.5', className)} />}
    </Field>
  );
}

/** A password that can be shown, so that nobody has to type it twice. */
export function PasswordField({ label, hint, error, className, ...input }: FieldText & ComponentProps<'input'>) {
  const { t } = useLingui();
  const [shown, setShown] = useState(false);
  return (
    <Field {...{ label, hint, error }}>
      {(ids) => (
        <div className="relative">
          <input
            {...input}
            {...ids}
            type={shown ? 'text' : 'password'}
            className={cx(controlClass, 'h-11 pr-12 pl-3.5', className)}
          />
          <IconButton
            className="absolute top-0 right-0"
            pressed={shown}
            label={shown ? t`Hide the password` : t`Show the password`}
            icon={shown ? <EyeOff /> : <Eye />}
            onClick={() => setShown(!shown)}
          />
        </div>
      )}
    </Field>
  );
}

/** Grows with its text. */
export function TextArea({ label, hint, error, className, ...area }: FieldText & ComponentProps<'textarea'>) {
  return (
    <Field {...{ label, hint, error }}>
      {(ids) => (
        <textarea
          rows={3}
          {...area}
          {...ids}
          className={cx(controlClass, 'field-sizing-content max-h-64 min-h-11 resize-none px-3.5 py-2.5', className)}
        />
      )}
    </Field>
  );
}
