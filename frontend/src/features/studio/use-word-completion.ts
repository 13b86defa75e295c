import type { Model } from '@rendermart/contract';
import { useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import { useWordSuggestions } from './use-prompt-words.ts';
import { fillWord, fold, nextMark, wordAt } from './words.ts';
import type { Span } from './words.ts';

interface Completed {
  model: Model;
  value: string;
  onChange: (value: string) => void;
  field: RefObject<HTMLTextAreaElement | null>;
}

const most = 6;
const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** Offers words for the one at the caret: arrows mark one, Enter takes it, Escape and leaving the field close the list. */
export function useWordCompletion({ model, value, onChange, field }: Completed) {
  const [span, setSpan] = useState<Span | null>(null);
  const [marked, setMarked] = useState(-1);
  const caret = useRef<number | null>(null);
  const found = useWordSuggestions(model, span?.text ?? null);
  const words = span ? found.filter((word) => fold(word) !== fold(span.text)).slice(0, most) : [];

  // React puts the caret at the end when the value changes; it belongs behind the word that was taken.
  useLayoutEffect(() => {
    if (caret.current !== null) field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const close = () => {
    setSpan(null);
    setMarked(-1);
  };
  const onEdit = (text: string, position: number) => {
    onChange(text);
    setMarked(-1);
    setSpan(wordAt(text, position));
  };
  const take = (word: string) => {
    if (!span) return;
    const filled = fillWord(value, span, word);
    caret.current = filled.caret;
    onChange(filled.text);
    close();
    field.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (words.length === 0 || event.nativeEvent.isComposing) return;
    const move = moves[event.key];
    const word = event.key === 'Enter' ? words[marked] : undefined;
    if (move === undefined && event.key !== 'Escape' && word === undefined) return;
    event.preventDefault();
    if (move !== undefined) setMarked(nextMark(marked, move, words.length));
    else if (word !== undefined) take(word);
    else close();
  };
  return { words, marked, onEdit, onKey, take, close };
}
