import { Trans, useLingui } from '@lingui/react/macro';
import { CornerDownLeft, LoaderCircle, SlidersHorizontal, Sparkles } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, IconButton, Switch } from '../../ui/index.ts';
import { LivePanel } from './LivePanel.tsx';
import { PromptField } from './PromptField.tsx';
import { Quote } from './Quote.tsx';
import { Reading } from './Reading.tsx';
import { toRequest, totalCredits } from './settings.ts';
import { SourceChip } from './SourceChip.tsx';
import { useGenerate } from './use-generate.ts';
import { type Live, useLiveDrawing } from './use-live-drawing.ts';
import { usePromptReading } from './use-prompt-words.ts';
import type { Studio } from './use-studio.ts';

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

interface PromptBarProps {
  studio: Studio;
  /** A source image is on its way. */
  isSending: boolean;
  onSettings: () => void;
  summary: ReactNode;
}

/** Always in reach at the bottom: the prompt, how it is understood, and the button. */
export function PromptBar({ studio, isSending, onSettings, summary }: PromptBarProps) {
  const { t } = useLingui();
  const { prompt, setPrompt, settings, model, change } = studio;
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [isBlankTried, setBlankTried] = useState(false);
  const generate = useGenerate();
  const reading = usePromptReading(model, prompt);
  const problem = usePromptProblem(studio, isBlankTried);
  const live = useLiveDrawing(studio);

  useEffect(() => {
    if (window.matchMedia('(pointer: fine)').matches) field.current?.focus({ preventScroll: true });
  }, []);
  const expectedPriceCredits = String(totalCredits(model, settings.count) ?? 0);
  const submit = () => {
    setBlankTried(true);
    if (prompt.trim() === '' || problem) field.current?.focus();
    else if (!generate.isPending) generate.send({ ...toRequest(prompt, settings, model), expectedPriceCredits });
  };
  const replace = (text: string) => {
    setPrompt(text);
    field.current?.focus();
  };
  return (
    <form
      aria-label={t`New generation`}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      className="pointer-events-none sticky bottom-[calc(3.75rem+env(safe-area-inset-bottom))] z-20 bg-linear-to-t from-canvas from-60% to-transparent px-2 pt-8 pb-2 md:bottom-0 md:px-6 md:pb-5"
    >
      {generate.error && (
        <div className="pointer-events-auto mx-auto mb-2 max-w-4xl rounded-2xl bg-surface shadow-pop">
          <FailureNotice error={generate.error} />
        </div>
      )}
      {live.isOffered && live.isOn && <LivePanel live={live} busy={generate.isPending} onKeep={generate.send} />}
      <div className="pointer-events-auto relative mx-auto grid max-w-4xl grid-cols-[minmax(0,1fr)] gap-2.5 rounded-3xl border border-line-field bg-surface p-3 shadow-pop transition-colors focus-within:border-ink">
        {settings.source && model.capabilities.imageToImage && (
          <SourceChip model={model} source={settings.source} onRemove={() => change({ source: null })} />
        )}
        <div role="status" className="empty:hidden">
          {isSending && <Sending />}
        </div>
        <PromptField
          {...{ model, field }}
          value={prompt}
          onChange={setPrompt}
          onSubmit={submit}
          describedBy={`${id}-note`}
          isInvalid={problem !== null}
        />
        <div id={`${id}-note`} role="status" className="px-1 empty:hidden">
          {problem && <p className="text-sm font-medium text-danger">{problem}</p>}
          {!problem && reading && <Reading {...{ reading, prompt }} onReplace={replace} />}
        </div>
        <Foot {...{ studio, live, summary, onSettings }} busy={generate.isPending} />
      </div>
    </form>
  );
}

function Sending() {
  return (
    <p className="flex items-center gap-2 px-1 text-sm text-muted">
      <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin" />
      <Trans>The source image is being uploaded</Trans>
    </p>
  );
}

interface FootProps {
  studio: Studio;
  live: Live;
  busy: boolean;
  summary: ReactNode;
  onSettings: () => void;
}

/** The settings in short, and the button. */
function Foot({ studio, live, busy, summary, onSettings }: FootProps) {
  const { t } = useLingui();
  return (
    <div className="flex flex-wrap items-center gap-2 sm:flex-nowrap">
      <IconButton className="-ml-1 lg:hidden" label={t`Settings`} icon={<SlidersHorizontal aria-hidden />} onClick={onSettings} />
      <div className="min-w-0 flex-1 px-1">
        {summary}
        <Quote studio={studio} />
      </div>
      {live.isOffered && <LiveSwitch live={live} />}
      <GenerateButton studio={studio} busy={busy} />
    </div>
  );
}

/** On a phone above the button, in a wide window beside it. */
function LiveSwitch({ live: { isOn, switchOn } }: { live: Live }) {
  const { t } = useLingui();
  return (
    <div className="order-first basis-full px-1 sm:order-none sm:basis-auto">
      <Switch label={t`Draw while I type`} checked={isOn} onChange={switchOn} />
    </div>
  );
}

/** Why the prompt cannot be sent; an empty one is no fault before the first try. */
function usePromptProblem({ prompt, model }: Studio, isBlankTried: boolean): string | null {
  const { t } = useLingui();
  const max = model.capabilities.promptMaxLength;
  const excess = prompt.trim().length - max;
  if (excess > 0) return t`This prompt is too long: the model takes ${max} characters. Shorten it by ${excess}.`;
  return isBlankTried && prompt.trim() === '' ? t`Write what you want to see first.` : null;
}

function GenerateButton({ studio: { model, settings }, busy }: { studio: Studio; busy: boolean }) {
  const { t } = useLingui();
  const { credits } = useCredits();
  const price = totalCredits(model, settings.count);
  return (
    <Button
      type="submit"
      tone="accent"
      busy={busy}
      icon={<Sparkles aria-hidden className="size-[18px]" />}
      aria-keyshortcuts="Control+Enter Meta+Enter"
    >
      {t`Generate`}
      {price !== null && <span className="font-medium tabular-nums">{credits(price)}</span>}
      <kbd aria-hidden className="hidden items-center gap-1 font-sans text-sm font-medium lg:inline-flex">
        {isApple ? '⌘' : 'Ctrl'}
        <CornerDownLeft className="size-3.5" />
      </kbd>
    </Button>
  );
}
