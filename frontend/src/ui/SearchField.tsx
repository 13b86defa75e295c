import { useLingui } from '@lingui/react/macro';
import { Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { cx } from './cx.ts';
import { controlClass } from './Field.tsx';
import { IconButton } from './IconButton.tsx';

const delayMs = 300;

/** Text to search for; told when the typing pauses, and at once on Enter or when it is emptied. */
export function SearchField({
  label,
  value,
  onChange,
  className,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}) {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  const { text, type, tell } = useTyping(value, onChange);
  return (
    <search className={cx('relative block', className)}>
      <Search aria-hidden className="pointer-events-none absolute top-3.5 left-3.5 size-4 text-muted" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        maxLength={200}
        enterKeyHint="search"
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') tell(text);
        }}
        className={cx(controlClass, 'h-11 pr-11 pl-10 text-ellipsis [&::-webkit-search-cancel-button]:hidden')}
      />
      {text !== '' && (
        <IconButton
          className="absolute top-0 right-0"
          label={t`Clear the search`}
          icon={<X aria-hidden />}
          onClick={() => {
            type('');
            input.current?.focus();
          }}
        />
      )}
    </search>
  );
}

function useTyping(value: string, onChange: (value: string) => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const told = useRef(value);
  // The timer outlives the rendering that set it, and what is searched may be narrowed in the meantime.
  const latest = useRef(onChange);
  latest.current = onChange;
  const [text, setText] = useState(value);
  useEffect(() => () => clearTimeout(timer.current), []);
  // What changes elsewhere (a chip, the back button) shows here; what was told from here is not told back.
  useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);
  const tell = (next: string) => {
    clearTimeout(timer.current);
    told.current = next.trim();
    latest.current(told.current);
  };
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    if (next === '') tell(next);
    else timer.current = setTimeout(() => tell(next), delayMs);
  };
  return { text, type, tell };
}
