import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { Model } from '@rendermart/contract';
import { useId } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import { Announcer, cx } from '../../ui/index.ts';
import { useWordCompletion } from './use-word-completion.ts';

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
  const { words, marked, onEdit, onKey, take, close } = useWordCompletion({ model, value, onChange, field });
  const isOpen = words.length > 0;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return onKey(event);
    event.preventDefault();
    close();
    onSubmit();
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
        onChange={(event) => onEdit(event.target.value, event.target.selectionStart)}
        onKeyDown={onKeyDown}
        onBlur={close}
        className="field-sizing-content max-h-40 min-h-7 w-full resize-none bg-transparent px-1 text-[17px]/7 outline-none placeholder:text-muted"
      />
      {isOpen && <WordList {...{ listId, words, marked }} onTake={take} />}
      <Announcer>
        {isOpen
          ? t`${plural(words.length, { one: '# known word', other: '# known words' })}: ${words.join(', ')}. Arrow down to choose.`
          : ''}
      </Announcer>
    </>
  );
}

interface WordListProps {
  listId: string;
  words: readonly string[];
  marked: number;
  onTake: (word: string) => void;
}

function WordList({ listId, words, marked, onTake }: WordListProps) {
  const { t } = useLingui();
  return (
    <div
      id={listId}
      role="listbox"
      aria-label={t`Known words`}
      className="absolute bottom-full left-3 mb-2 flex max-w-[calc(100%-1.5rem)] gap-1 overflow-x-auto rounded-xl border border-line bg-raised p-1 shadow-pop"
    >
      {words.map((word, index) => (
        <button
          key={word}
          type="button"
          id={`${listId}-${index}`}
          role="option"
          aria-selected={index === marked}
          tabIndex={-1}
          // The field keeps the focus, else its list would close before the click.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(word)}
          className={cx(
            'rounded-lg px-3 py-1.5 font-medium whitespace-nowrap',
            index === marked ? 'bg-ink text-canvas' : 'hover:bg-ink/7',
          )}
        >
          {word}
        </button>
      ))}
    </div>
  );
}
