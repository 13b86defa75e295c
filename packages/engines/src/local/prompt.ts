import type { Model, PromptReading } from '@rendermart/diffusion';
import type { EngineJob, EngineWarning } from '@rendermart/engine';

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
function surpriseOf({ vocabulary }: Model, seed: number): string {
  const names = vocabulary.concepts.length > 0 ? vocabulary.concepts.map(({ en }) => en) : [...vocabulary.words.keys()];
  // Fibonacci hashing: neighbouring seeds choose things far apart in the list.
  const scattered = BigInt.asUintN(64, BigInt(seed + 1) * 0x9e3779b97f4a7c15n) >> 32n;
  return names[Number(scattered) % names.length] ?? '';
}

/** What a job really asks a model for: a prompt per seed, and what the person must know about it. */
export function interpretPrompt(
  model: Model,
  { prompt, negativePrompt, seeds }: Pick<EngineJob, 'prompt' | 'negativePrompt' | 'seeds'>,
) {
  const reading = model.read(prompt);
  const warnings = [...readingWarnings(reading, 'prompt'), ...readingWarnings(model.read(negativePrompt), 'negativePrompt')];
  const understood = reading.words.some((word) => word.reading === 'known' || word.reading === 'guessed');
  if (understood) return { pictures: seeds.map((seed) => ({ prompt, seed })), warnings };
  const pictures = seeds.map((seed) => ({ prompt: surpriseOf(model, seed), seed }));
  const names = [...new Set(pictures.map((picture) => picture.prompt))];
  const why = reading.words.length === 0 ? 'The prompt is empty' : 'The prompt has no word that the model knows';
  warnings.push({
    code: 'empty_prompt',
    setting: 'prompt',
    words: names,
    message: `${why}, so the seed chose: ${names.join(', ')}.`,
  });
  return { pictures, warnings };
}
