import { Trans, useLingui } from '@lingui/react/macro';
import type { PromptReading } from '@rendermart/contract';
import { Check, CircleHelp } from 'lucide-react';
import { attention, replaceWord } from './words.ts';

/** Under the prompt: which words the model does not know, what it takes others for, and what it knows instead. */
export function Reading({
  reading,
  prompt,
  onReplace,
}: {
  reading: PromptReading;
  prompt: string;
  onReplace: (prompt: string) => void;
}) {
  const { t } = useLingui();
  const { unknown, guessed } = attention(reading);
  const chip = (word: string, known: string) => (
    <button
      key={known}
      type="button"
      aria-label={t`Replace “${word}” with “${known}”`}
      onClick={() => onReplace(replaceWord(prompt, word, known))}
      className="target inline-flex h-7 items-center rounded-full border border-line-strong/60 px-2.5 text-sm font-semibold text-ink hover:border-ink"
    >
      {known}
    </button>
  );
  if (unknown.length + guessed.length === 0) {
    return (
      <p className="flex items-center gap-1.5 text-sm text-muted">
        <Check aria-hidden className="size-4 text-good" />
        <Trans>The model knows every word.</Trans>
      </p>
    );
  }
  return (
    <ul className="grid gap-1.5">
      {unknown.map(({ word, suggestions = [] }) => (
        <li key={word} className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
          <span className="flex items-center gap-1.5 font-medium text-warn">
            <CircleHelp aria-hidden className="size-4 shrink-0" />
            <span>
              <Trans>“{word}” is not known and will be left out.</Trans>
            </span>
          </span>
          {suggestions.slice(0, 4).map((known) => chip(word, known))}
        </li>
      ))}
      {guessed.map(({ word, takenFor = '' }) => (
        <li key={word} className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-muted">
          <Trans>“{word}” is read as</Trans>
          {chip(word, takenFor)}
        </li>
      ))}
    </ul>
  );
}
