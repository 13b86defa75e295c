import { useState } from 'react';
import type { ChangeEvent } from 'react';
import type { FieldText } from './Field.tsx';
import { TextField } from './TextField.tsx';

interface DayFieldProps extends FieldText {
  /** `2026-03-31`; empty for none. */
  value: string;
  min?: string | undefined;
  max?: string | undefined;
  onChange: (day: string) => void;
}

// Without a last day, a browser takes years of six digits.
const lastDay = '9999-12-31';

/** Keeps what is being typed: on the way to 2026 the year is 2, 20 and 202. Such a day is told only when the field is left. */
export function DayField({ value, max, onChange, ...rest }: DayFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const change = ({ target }: ChangeEvent<HTMLInputElement>) => {
    setTyped(target.value);
    const isWhole = target.value === '' ? !target.validity.badInput : target.value >= '1000';
    if (isWhole) onChange(target.value);
  };
  const leave = () => {
    if (typed !== null && typed !== value) onChange(typed);
    setTyped(null);
  };
  return <TextField {...rest} type="date" max={max ?? lastDay} value={typed ?? value} onChange={change} onBlur={leave} />;
}
