import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { Model } from '@rendermart/contract';
import { useId, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import { Announcer, cx } from '../../ui/index.ts';
import { useWordSuggestions } from './use-prompt-words.ts';
import { fillWord, fold, nextMark, wordAt } from './words.ts';
import type { Span } from './words.ts';

export interface PromptFieldProps {
  model: Model;
  value: string;
  onChange: (value: string) => void;
  onSubmit: () => void;
  field: RefObject<HTMLTextAreaElement | null>;
  describedBy: string;
  isInvalid: boolean;
}

/** The prompt, with the words that the model knows offered while one is typed. */
export function PromptField({ model, value, onChange, onSubmit, field, describedBy, isInvalid }: PromptFieldProps) {
  const { t } = useLingui();
  const listId = useId();
  const [span, setSpan] = useState<Span | null>(null);
  const [marked, setMarked] = useState(-1);
  const caret = useRef<number | null>(null);
  const found = useWordSuggestions(model, span?.text ?? null);
  const words = span ? found.filter((word) => fold(word) !== fold(span.text)).slice(0, 6) : [];
  const isOpen = words.length > 0;

  useLayoutEffect(() => {
    if (caret.current !== null) field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const close = () => {
    setSpan(null);
    setMarked(-1);
  };
  const take = (word: string) => {
    if (!span) return;
    const filled = fillWord(value, span, word);
    caret.current = filled.caret;
    onChange(filled.text);
    close();
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      close();
      onSubmit();
      return;
    }
    if (!isOpen || event.nativeEvent.isComposing) return;
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      setMarked(nextMark(marked, move, words.length));
    } else if (event.key === 'Escape') {
      event.preventDefault();
      close();
    } else if (event.key === 'Enter' && words[marked]) {
      event.preventDefault();
      take(words[marked]);
    }
  };
  return (
    <>
      <textarea
        ref={field}
        rows={1}
        value={value}
        placeholder={t`What should be drawn?`}
        aria-label={t`Prompt`}
        aria-describedby={describedBy}
        aria-invalid={isInvalid || undefined}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={marked >= 0 && isOpen ? `${listId}-${marked}` : undefined}
        spellCheck={!model.capabilities.vocabulary}
        autoCapitalize="none"
        enterKeyHint="enter"
        onChange={(event) => {
          onChange(event.target.value);
          setMarked(-1);
          setSpan(wordAt(event.target.value, event.target.selectionStart));
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
        className="field-sizing-content max-h-40 min-h-7 w-full resize-none bg-transparent px-1 text-[17px]/7 outline-none placeholder:text-muted"
      />
      {isOpen && (
        <ul
          id={listId}
          role="listbox"
          aria-label={t`Known words`}
          className="absolute bottom-full left-3 mb-2 flex max-w-[calc(100%-1.5rem)] gap-1 overflow-x-auto rounded-xl border border-line bg-raised p-1 shadow-pop"
        >
          {words.map((word, index) => (
            <li
              key={word}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === marked}
              onPointerDown={(event) => {
                event.preventDefault();
                take(word);
              }}
              className={cx(
                'cursor-pointer rounded-lg px-3 py-1.5 font-medium whitespace-nowrap',
                index === marked ? 'bg-ink text-canvas' : 'hover:bg-ink/7',
              )}
            >
              {word}
            </li>
          ))}
        </ul>
      )}
      <Announcer>
        {isOpen
          ? t`${plural(words.length, { one: '# known word', other: '# known words' })}: ${words.join(', ')}. Arrow down to choose.`
          : ''}
      </Announcer>
    </>
  );
}
