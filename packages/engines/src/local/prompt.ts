import type { ModelWords, PromptReading, WordReading } from '@rendermart/diffusion';
import type { EngineJob, EngineWarning } from '@rendermart/engine';
import {
  asOneOfKind,
  attributesOf,
  chosenBy,
  foldPrompt,
  inPosesOf,
  inStyleOf,
  lexiconOf,
  meantPrompt,
  planPrompt,
  thingOf,
  tidy,
  withDresses,
  withEvenSurfaces,
} from './composing/index.ts';
import type { Lexicon, Plan, Thing } from './composing/index.ts';

const withSuggestions = ({ word, suggestions = [] }: WordReading): string =>
  suggestions.length > 0 ? `${word} (nearest: ${suggestions.join(', ')})` : word;

function readingWarnings(reading: PromptReading, setting: string): EngineWarning[] {
  const unknown = reading.words.filter((word) => word.reading === 'unknown');
  const guessed = reading.words.filter((word) => word.reading === 'guessed');
  const warnings: EngineWarning[] = [];
  if (unknown.length > 0) {
    warnings.push({
      code: 'unknown_words',
      setting,
      words: unknown.map(({ word }) => word),
      message: `The model does not know: ${unknown.map(withSuggestions).join('; ')}. These words changed nothing.`,
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
function planOf(prompt: string, lexicon: Lexicon, hasSource: boolean): Plan {
  const plan = planPrompt(foldPrompt(prompt), lexicon);
  const known = plan.things.filter((thing) => lexicon.hasThing(thing.prompt) || plan.things.length === 1);
  if (hasSource && plan.layout) return { ...plan, things: [asOne(plan.things)], layout: null };
  return known.length === plan.things.length ? plan : { ...plan, things: known };
}

/** Words that the network has no picture of, although it knows some of them: eyes and hair of a thing. */
function unheardWarnings({ unheard = [] }: Plan): EngineWarning[] {
  if (unheard.length === 0) return [];
  const message = `Not drawn, because the model draws whole things: ${unheard.join(', ')}. These words changed nothing.`;
  return [{ code: 'unknown_words', setting: 'prompt', words: [...unheard], message }];
}

/** A reading without the words that composing answers by rule: the model need not know those. */
function withoutRuled(reading: PromptReading, { ruled, things, unheard = [] }: Plan): PromptReading {
  const kinds = things.flatMap(({ kind }) => kind?.words ?? []);
  const answered = new Set([...ruled, ...kinds, ...unheard].flatMap((text) => text.split(' ')));
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
  const meant = meantPrompt(prompt, model);
  const reading = model.read(meant);
  const plan = planOf(meant, lexiconOf(model, reading), false);
  const left = new Set(withoutRuled(reading, plan).words);
  const words = reading.words.map((word): WordReading => {
    return left.has(word) || word.reading === 'ignored' ? word : { word: word.word, reading: 'known' };
  });
  const meaningful = words.filter((word) => word.reading !== 'ignored');
  const understood = meaningful.filter((word) => word.reading !== 'unknown');
  return { words, coverage: meaningful.length === 0 ? 1 : understood.length / meaningful.length };
}

/** A thing that the seed chooses, in the colours and the style that a prompt names. */
function surprise(model: ModelWords, seed: number, reading: PromptReading): Thing & { drawn: string } {
  const attributes = attributesOf(model);
  const said = reading.words.map(({ word, takenFor }) => foldPrompt(takenFor ?? word)).filter((word) => attributes.has(word));
  const drawn = surpriseOf(model, seed);
  return { ...thingOf(tidy(`${said.join(' ')} ${foldPrompt(drawn)}`), model, { hasThing: () => true }), drawn };
}

/** What a job really asks for. */
export interface Interpretation {
  /** A plan per seed. */
  plans: Plan[];
  /** The job's, and what the prompt itself says that shall not be there. */
  negativePrompt: string;
  /** What the person must know about it. */
  warnings: EngineWarning[];
}

/** What a job really asks for of a model of a closed vocabulary, by the rules of composing. */
export function interpretPrompt(
  model: ModelWords,
  job: Pick<EngineJob, 'prompt' | 'negativePrompt' | 'seeds' | 'source'>,
): Interpretation {
  const { seeds, source } = job;
  const prompt = meantPrompt(job.prompt, model);
  const reading = model.read(prompt);
  const lexicon = lexiconOf(model, reading, source === null);
  const plan = planOf(prompt, lexicon, source !== null);
  const negativePrompt = [job.negativePrompt, ...(plan.unwanted ?? [])].filter((text) => text !== '').join(', ');
  const heard = withoutRuled(reading, plan);
  const warnings = [
    ...readingWarnings(heard, 'prompt'),
    ...unheardWarnings(plan),
    ...readingWarnings(model.read(job.negativePrompt), 'negativePrompt'),
  ];
  // A source has a style, surfaces and a pose of its own.
  const chosenFor = (seed: number, open: Plan) => {
    if (source !== null) return open;
    const styled = inStyleOf(seed, inPosesOf(seed, open, model), model, heard);
    return withEvenSurfaces(withDresses(styled, model), model);
  };
  const isThing = plan.things.length !== 1 || plan.things[0]!.kind !== undefined || lexicon.hasThing(plan.things[0]!.prompt);
  if (isThing) {
    const negative = model.read(negativePrompt);
    return { plans: seeds.map((seed) => chosenFor(seed, asOneOfKind(seed, plan, model, negative))), negativePrompt, warnings };
  }
  // "Einstein on the beach": the beach is drawn all the same.
  if (plan.backdrop) return { plans: seeds.map(() => ({ ...plan, things: [] })), negativePrompt, warnings };
  const surprises = seeds.map((seed) => surprise(model, seed, reading));
  const names = [...new Set(surprises.map(({ drawn }) => drawn))];
  const why = reading.words.length === 0 ? 'The prompt is empty' : 'The prompt names nothing that the model can draw';
  const message = `${why}, so the seed chose: ${names.join(', ')}.`;
  const plans = surprises.map(({ drawn: _, ...thing }, i) => chosenFor(seeds[i]!, { ...plan, things: [thing] }));
  return { plans, negativePrompt, warnings: [...warnings, { code: 'empty_prompt', setting: 'prompt', words: names, message }] };
}
