import { useLingui } from '@lingui/react/macro';
import type { Generation, GenerationState } from '@rendermart/contract';
import { useEffect, useRef, useState } from 'react';
import { Announcer } from '../../ui/index.ts';
import { newsIn } from './news.ts';

/** Tells a screen reader when a generation begins and ends; single steps would only be noise. */
export function Milestones({ generations }: { generations: readonly Generation[] }) {
  const { t } = useLingui();
  const known = useRef(new Map<string, GenerationState>());
  const [news, setNews] = useState('');
  useEffect(() => {
    const texts: Partial<Record<GenerationState, (prompt: string) => string>> = {
      queued: (prompt) => t`Queued: ${prompt}`,
      running: (prompt) => t`Being drawn: ${prompt}`,
      succeeded: (prompt) => t`Finished: ${prompt}`,
      failed: (prompt) => t`Failed: ${prompt}`,
      cancelled: (prompt) => t`Cancelled: ${prompt}`,
      expired: (prompt) => t`Expired: ${prompt}`,
    };
    for (const { state, prompt } of newsIn(known.current, generations)) setNews(texts[state]?.(prompt) ?? '');
  }, [generations, t]);
  return <Announcer>{news}</Announcer>;
}
