import { useLingui } from '@lingui/react/macro';
import { TextField } from '../../ui/index.ts';

/** The id of a new model. The server says which ones are taken. */
export function ModelIdField({
  value,
  isLacking,
  takenText,
  onChange,
}: {
  value: string;
  /** Whether to say how ids are written. */
  isLacking: boolean;
  /** What the server said of a taken one. */
  takenText: string | undefined;
  onChange: (id: string) => void;
}) {
  const { t } = useLingui();
  const rule = isLacking ? t`Use lower-case letters, digits, dots and dashes, and begin with a letter or a digit.` : undefined;
  return (
    <TextField
      label={t`Id`}
      hint={t`Lower-case letters, digits, dots, dashes. It never changes.`}
      maxLength={63}
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={takenText ?? rule}
    />
  );
}
