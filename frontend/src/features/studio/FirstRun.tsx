import { Trans, useLingui } from '@lingui/react/macro';
import { Mark } from '../../app/Mark.tsx';
import type { Studio } from './use-studio.ts';

/** Before the first picture: what the model is, honestly, and prompts that it can draw. */
export function FirstRun({ studio: { model, setPrompt } }: { studio: Studio }) {
  const { t } = useLingui();
  const isBuiltIn = model.capabilities.vocabulary;
  // Each of these was drawn well by four seeds of four, in both languages.
  const examples = isBuiltIn
    ? [t`a red fox`, t`blue butterfly`, t`castle`, t`panda`, t`purple dog flat`, t`rocket 3d`, t`birthday cake`]
    : [
        t`a lighthouse in a storm, oil painting`,
        t`a paper-cut forest at dawn`,
        t`isometric little bakery, soft light`,
        t`a fox reading under a lamp, watercolour`,
      ];
  const take = (example: string) => {
    setPrompt(example);
    document.querySelector<HTMLTextAreaElement>('form textarea')?.focus();
  };
  return (
    <div className="m-auto grid max-w-xl animate-rise justify-items-center gap-5 py-10 text-center">
      <Mark className="size-14" />
      <h2 className="text-3xl font-semibold tracking-tight sm:text-4xl">
        <Trans>Draw your first picture</Trans>
      </h2>
      <p className="max-w-lg text-muted">
        {isBuiltIn ? (
          <Trans>
            {model.name} runs on this machine and is small: it draws stickers of animals, food, plants, places, vehicles and
            faces, in the colours that you name; exact rules add places, weather and backgrounds. It understands English and
            French, and only the words of its list. No photographs, no writing.
          </Trans>
        ) : (
          <Trans>Describe what you want to see, then press Generate. {model.name} draws it.</Trans>
        )}
      </p>
      <ul aria-label={t`Examples`} className="flex flex-wrap justify-center gap-2">
        {examples.map((example) => (
          <li key={example}>
            <button
              type="button"
              onClick={() => take(example)}
              className="h-11 rounded-full border border-line-strong/60 bg-surface px-4 font-medium transition-colors hover:border-ink"
            >
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
