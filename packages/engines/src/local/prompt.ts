import type { ModelWords, PromptReading, WordReading } from '@rendermart/diffusion';
import type { EngineJob, EngineWarning } from '@rendermart/engine';
import {
  asOneOfKind,
  chosenBy,
  foldPrompt,
  inPosesOf,
  inStyleOf,
  lexiconOf,
  planPrompt,
  withEvenSurfaces,
} from './composing/index.ts';
import type { Plan, Thing } from './composing/index.ts';

function readingWarnings(reading: PromptReading, setting: string): EngineWarning[] {
  const unknown = reading.words.filter((word) => word.reading === 'unknown').map(({ word }) => word);
  const guessed = reading.words.filter((word) => word.reading === 'guessed');
  const warnings: EngineWarning[] = [];
  if (unknown.length > 0) {
    warnings.push({
      code: 'unknown_words',
      setting,
      words: unknown,
      message: `The model does not know: ${unknown.join(', ')}. These words changed nothing.`,
    });
  }
  if (guessed.length > 0) {
    const pairs = guessed.map(({ word, takenFor }) => `${word} → ${takenFor}`);
    warnings.push({
      code: 'guessed_words',
      setting,
      words: guessed.map(({ word }) => word),
      message: `Taken for other words: ${pairs.join(', ')}.`,
    });
  }
  return warnings;
}

/** A thing to draw when a prompt says nothing: the seed chooses, so the same seed draws the same thing. */
function surpriseOf({ vocabulary }: ModelWords, seed: number): string {
  const names = vocabulary.concepts.length > 0 ? vocabulary.concepts.map(({ en }) => en) : [...vocabulary.words.keys()];
  return chosenBy(seed, names) ?? '';
}

/** Several things as one, for a picture that is redrawn whole. Different colours are the network's, which gives each its share. */
function asOne(things: readonly Thing[]): Thing {
  const [colour, second] = new Set(things.map((thing) => thing.colour));
  const oneColour = second === undefined ? (colour ?? null) : null;
  const words = things.map(({ prompt, colour: own }) => (oneColour === null && own ? `${own} ${prompt}` : prompt));
  return { prompt: words.join(', '), colour: oneColour };
}

/**
 * The plan of a prompt, and of what it reads. A source picture is redrawn whole, so it is not taken apart into things, and it shows
 * already which of a kind it is.
 */
function planOf(model: ModelWords, prompt: string, reading: PromptReading, hasSource: boolean): Plan {
  const lexicon = lexiconOf(model, reading, !hasSource);
  const plan = planPrompt(foldPrompt(prompt), lexicon);
  const known = plan.things.filter((thing) => lexicon.hasThing(thing.prompt) || plan.things.length === 1);
  if (hasSource && plan.layout) return { ...plan, things: [asOne(plan.things)], layout: null };
  return known.length === plan.things.length ? plan : { ...plan, things: known };
}

const isUnderstood = ({ words }: PromptReading) => words.some(({ reading }) => reading === 'known' || reading === 'guessed');

/** A reading without the words that composing answers by rule: the model need not know those. */
function withoutRuled(reading: PromptReading, { ruled, things }: Plan): PromptReading {
  const kinds = things.flatMap(({ kind }) => kind?.words ?? []);
  const answered = new Set([...ruled, ...kinds].flatMap((text) => text.split(' ')));
  return {
    ...reading,
    words: reading.words.filter(
      ({ word }) =>
        !foldPrompt(word)
          .split(' ')
          .every((part) => answered.has(part)),
    ),
  };
}

/** How a prompt is understood, by the model and by composing: what either answers is known. */
export function readWithRules(model: ModelWords, prompt: string): PromptReading {
  const reading = model.read(prompt);
  const plan = planOf(model, prompt, reading, false);
  const left = new Set(withoutRuled(reading, plan).words);
  const words = reading.words.map((word): WordReading => {
    return left.has(word) || word.reading === 'ignored' ? word : { word: word.word, reading: 'known' };
  });
  const meaningful = words.filter((word) => word.reading !== 'ignored');
  const understood = meaningful.filter((word) => word.reading !== 'unknown');
  return { words, coverage: meaningful.length === 0 ? 1 : understood.length / meaningful.length };
}

/** What a job really asks for: a plan per seed, and what the person must know about it. */
export function interpretPrompt(
  model: ModelWords,
  { prompt, negativePrompt, seeds, source }: Pick<EngineJob, 'prompt' | 'negativePrompt' | 'seeds' | 'source'>,
): { plans: Plan[]; warnings: EngineWarning[] } {
  const reading = model.read(prompt);
  const plan = planOf(model, prompt, reading, source !== null);
  const rest = withoutRuled(reading, plan);
  const negative = model.read(negativePrompt);
  const warnings = [...readingWarnings(rest, 'prompt'), ...readingWarnings(negative, 'negativePrompt')];
  const isThing = plan.things.length !== 1 || plan.things[0]!.kind !== undefined || isUnderstood(rest);
  // A source has a style, surfaces and a pose of its own.
  const chosenFor = (seed: number, open: Plan) =>
    source === null ? withEvenSurfaces(inStyleOf(seed, inPosesOf(seed, open, model), model, reading), model) : open;
  if (isThing) return { plans: seeds.map((seed) => chosenFor(seed, asOneOfKind(seed, plan, model, negative))), warnings };
  // "Einstein on the beach": the beach is drawn all the same.
  if (plan.backdrop) return { plans: seeds.map(() => ({ ...plan, things: [] })), warnings };
  const plans = seeds.map((seed) => ({ ...plan, things: [{ prompt: surpriseOf(model, seed), colour: null }] }));
  const names = [...new Set(plans.flatMap(({ things }) => things.map((thing) => thing.prompt)))];
  const why = reading.words.length === 0 ? 'The prompt is empty' : 'The prompt has no word that the model knows';
  warnings.push({
    code: 'empty_prompt',
    setting: 'prompt',
    words: names,
    message: `${why}, so the seed chose: ${names.join(', ')}.`,
  });
  return { plans: plans.map((surprise, i) => chosenFor(seeds[i]!, surprise)), warnings };
}
