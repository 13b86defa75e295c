import type { Model } from '@rendermart/contract';
import { useLingui } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { client } from '../../data/client.ts';

export function useSettled<Value>(value: Value, waitMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), waitMs);
    return () => clearTimeout(timer);
  }, [value, waitMs]);
  return settled;
}

/** How the model understands the prompt, shortly after the typing pauses; null when the model takes any words. */
export function usePromptReading(model: Model, prompt: string) {
  const settled = useSettled(prompt.trim(), 300);
  const { data } = useQuery({
    queryKey: ['reading', model.id, settled],
    queryFn: ({ signal }) => client.promptRead({ params: { id: model.id }, body: { prompt: settled }, signal }),
    enabled: model.capabilities.vocabulary && settled !== '' && settled.length <= model.capabilities.promptMaxLength,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  });
  return settled === '' || !model.capabilities.vocabulary ? null : (data ?? null);
}

const shortestPrefix = 2;

/** Known words that begin like the one being typed. */
export function useWordSuggestions(model: Model, prefix: string | null): readonly string[] {
  const { i18n } = useLingui();
  const settled = useSettled(prefix, 120);
  const isAsking = model.capabilities.vocabulary && settled !== null && settled.length >= shortestPrefix;
  const { data } = useQuery({
    queryKey: ['words', model.id, i18n.locale, settled],
    queryFn: ({ signal }) =>
      client.wordSuggest({ params: { id: model.id }, query: { prefix: settled!, locale: i18n.locale }, signal }),
    enabled: isAsking,
    staleTime: Infinity,
    retry: false,
  });
  return isAsking && prefix !== null ? (data?.words ?? []) : [];
}
