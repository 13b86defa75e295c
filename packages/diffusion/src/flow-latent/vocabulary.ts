import { z } from 'zod';
import { DiffusionError } from '../failure.ts';

const TokenId = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** The form of `vocabulary.json`: the closed list of words that a model was trained on. */
export const VocabularyFile = z.object({
  maxTokens: z.int().min(1).max(512),
  pad: TokenId,
  unknown: TokenId,
  empty: TokenId,
  stopWords: z.array(z.string()),
  words: z.record(z.string().regex(/^[a-z0-9]+$/), TokenId),
  /** What an emoji means, in words of the vocabulary. */
  emoji: z.record(z.string(), z.string()).default({}),
  /** Things worth suggesting, with names by language. */
  concepts: z.array(z.object({ en: z.string(), fr: z.string(), char: z.string().optional() })).default([]),
  /** Words that name no thing, each with the places of concepts that it may mean ("bottle": baby bottle, lotion bottle). */
  keywords: z.record(z.string(), z.array(z.int().min(0))).default({}),
  /** Words that say how a thing looks and not what it is: each colour and each style with its words. */
  colours: z.record(z.string(), z.array(z.string())).default({}),
  styles: z.record(z.string(), z.array(z.string())).default({}),
});

/** A thing that a model draws, with its name in English and French. */
export interface Concept {
  en: string;
  fr: string;
  char?: string | undefined;
}

/** A model's closed vocabulary, ready for look-ups. */
export interface Vocabulary {
  maxTokens: number;
  pad: number;
  empty: number;
  stopWords: ReadonlySet<string>;
  words: ReadonlyMap<string, number>;
  emoji: ReadonlyMap<string, string>;
  concepts: readonly Concept[];
  /** What a word may mean that names no thing, by its id; the likeliest first. */
  keywords: ReadonlyMap<number, readonly Concept[]>;
  /** Words for colours and styles. */
  attributes: ReadonlySet<string>;
  /** Words for colours, each with the colour's own name ("verte": "green"). */
  colours: ReadonlyMap<string, string>;
  /** Words for styles, each with the style's own name ("dessin": "cartoon"). */
  styles: ReadonlyMap<string, string>;
  /** The words, as `words` has them, of concepts' names, colours and styles: what people mean more often than any other. */
  prominent: ReadonlySet<string>;
}

/** Checks a parsed `vocabulary.json`. Throws `model_invalid`, naming the entry that is wrong. */
export function readVocabulary(json: unknown, source = 'vocabulary.json'): Vocabulary {
  const parsed = VocabularyFile.safeParse(json);
  if (!parsed.success)
    throw new DiffusionError('model_invalid', `${source} is not a vocabulary: ${z.prettifyError(parsed.error)}`);
  const file = parsed.data;
  const isListed = ([word, places]: [string, number[]]) =>
    file.words[word] !== undefined && places.every((place) => place < file.concepts.length);
  const strange = Object.entries(file.keywords).find((entry) => !isListed(entry));
  if (strange) throw new DiffusionError('model_invalid', `${source}: keywords.${strange[0]} is no word, or means no concept`);
  const attributes = [file.colours, file.styles].flatMap((table) =>
    Object.entries(table).flatMap(([name, words]) => [name, ...words]),
  );
  const ownNames = (table: Record<string, readonly string[]>) =>
    new Map(Object.entries(table).flatMap(([name, words]) => [name, ...words].map((word) => [word, name])));
  const names = file.concepts.flatMap(({ en, fr }) => [en, fr]);
  return {
    maxTokens: file.maxTokens,
    pad: file.pad,
    empty: file.empty,
    stopWords: new Set(file.stopWords),
    words: new Map(Object.entries(file.words)),
    emoji: new Map(Object.entries(file.emoji).map(([character, words]) => [bareEmoji(character), words])),
    concepts: file.concepts,
    keywords: new Map(
      Object.entries(file.keywords).map(([word, places]) => [file.words[word]!, places.map((place) => file.concepts[place]!)]),
    ),
    attributes: new Set(attributes),
    colours: ownNames(file.colours),
    styles: ownNames(file.styles),
    prominent: new Set([...names, ...attributes].flatMap((text) => splitWords(text).map(({ folded }) => folded))),
  };
}

/** Lower case, without accents; ligatures are spelt out. */
export function foldText(text: string): string {
  const lower = text.toLowerCase().replaceAll('œ', 'oe').replaceAll('æ', 'ae').replaceAll('ß', 'ss');
  return lower.normalize('NFD').replaceAll(/\p{Mn}/gu, '');
}

/** An emoji without the variation selector that asks for its coloured form, and without a skin tone: models draw one. */
export function bareEmoji(character: string): string {
  return character.replaceAll(/\uFE0F|[\u{1F3FB}-\u{1F3FF}]/gu, '');
}

/** What a bare emoji means, in words of a vocabulary; of a joined one that it does not list, what its parts mean. */
export function meaningOf({ emoji }: Pick<Vocabulary, 'emoji'>, bare: string): string | undefined {
  const whole = emoji.get(bare);
  if (whole !== undefined) return whole;
  const parts = bare.split('\u200D').flatMap((part) => emoji.get(part) ?? []);
  return parts.length > 0 ? parts.join(' ') : undefined;
}

/** A word as the person wrote it, and as the vocabulary would list it. `emoji` words look themselves up in the emoji table. */
export interface Word {
  written: string;
  folded: string;
  emoji: boolean;
}

/** Joined emoji are no RGI emoji without their variation selectors. */
const wordOrEmoji =
  /(?:\p{RGI_Emoji}|\p{Extended_Pictographic})(?:\u200D(?:\p{RGI_Emoji}|\p{Extended_Pictographic}))*|[\p{L}\p{N}\p{Mn}]+/gv;

/** Splits a prompt into words and emoji. Letters outside a–z and 0–9 survive folding, so that they can be told as unknown. */
export function splitWords(prompt: string): Word[] {
  return Array.from(prompt.matchAll(wordOrEmoji), ([written]) => {
    const emoji = !/^[\p{L}\p{N}\p{Mn}]/u.test(written);
    return { written, folded: emoji ? bareEmoji(written) : foldText(written), emoji };
  });
}

/** Whether a word is worth offering: training made plurals by rule, and understands some that nobody writes ("strawberrys"). */
export const isOffered = (word: string): boolean => !/[^aeiou]ys$/.test(word);
