import { DiffusionError } from '../failure.ts';
import { bytePairs } from './byte-pairs.ts';
import type { Tokenizer } from './tokenizer.ts';

/** What a tokenizer folder holds. */
export interface ClipVocabulary {
  /** Each token's id. */
  vocab: Readonly<Record<string, number>>;
  /** Pairs `left right`, in the order in which they were learned. */
  merges: readonly string[];
  beginToken?: string | undefined;
  endToken?: string | undefined;
  padToken?: string | undefined;
  /** Stands for letters that a cut down vocabulary lacks. */
  unknownToken?: string | undefined;
  windowLength?: number;
}

// White_Space of Unicode, as the reference has it: \s of JavaScript has U+FEFF besides, and lacks U+0085.
const space = String.raw`\t-\r\u0085\p{Z}`;
const spaces = new RegExp(`[${space}]+`, 'gu');
const words = new RegExp(
  String.raw`<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^${space}\p{L}\p{N}]+`,
  'gu',
);
// A spelled-out special token that is none, as `<|ENDOFTEXT|>`, is a word of its own first and then three.
const wordParts = /\p{L}+|\p{N}|[^\p{L}\p{N}]+/gu;

/**
 * Composed, single-spaced and in small letters. Letter by letter, because the reference knows no context: JavaScript's
 * `toLowerCase` would end a Greek word in ς.
 */
function normalized(text: string): string {
  const composed = text.normalize('NFC').replaceAll(spaces, ' ');
  return Array.from(composed, (letter) => letter.toLowerCase()).join('');
}

function wordsOf(text: string): string[] {
  const found = normalized(text).match(words) ?? [];
  return found.flatMap((word) => (word.startsWith('<|') ? (word.match(wordParts) ?? []) : [word]));
}

const regExpEscaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** The place of each merge; `model_invalid` for one that the vocabulary has no token for. */
function ranksOf({ vocab, merges }: ClipVocabulary): Map<string, number> {
  const ranks = new Map<string, number>();
  for (const [place, pair] of merges.entries()) {
    const [left, right, ...more] = pair.split(' ');
    if (!left || !right || more.length > 0 || !Object.hasOwn(vocab, left + right))
      throw new DiffusionError(
        'model_invalid',
        `Merge ${place + 1} of the tokenizer, "${pair}", makes no token of its vocabulary`,
      );
    ranks.set(pair, place);
  }
  return ranks;
}

function idOf(vocab: ClipVocabulary['vocab'], token: string): number {
  const id = Object.hasOwn(vocab, token) ? vocab[token] : undefined;
  if (id === undefined) throw new DiffusionError('model_invalid', `The tokenizer's vocabulary lacks its token "${token}"`);
  return id;
}

// Words repeat from prompt to prompt. Prompts in all languages of the world stay below this many entries for long.
const rememberedWords = 20_000;

/**
 * CLIP's tokenizer (Radford et al., 2103.00020), the same to the last id as transformers' fast `CLIPTokenizer`: the
 * tests compare with its recorded outputs.
 *
 * It is our own because `@huggingface/tokenizers` 0.2, which is well kept and light, differs from the reference at U+FEFF
 * and at a final Σ, which pasted text has.
 *
 * Throws `model_invalid` for a vocabulary that lacks a special token or the result of a merge.
 */
export function makeClipTokenizer(vocabulary: ClipVocabulary): Tokenizer {
  const { vocab, beginToken = '<|startoftext|>', endToken = '<|endoftext|>', windowLength = 77 } = vocabulary;
  const special = new Map([beginToken, endToken].map((token) => [token, idOf(vocab, token)]));
  const unknownId = idOf(vocab, vocabulary.unknownToken ?? endToken);
  const ranks = ranksOf(vocabulary);
  const tokens = new Map(Object.entries(vocab).map(([token, id]) => [id, token]));
  const specialTokens = new RegExp(`(${[...special.keys()].map(regExpEscaped).join('|')})`, 'u');
  const remembered = new Map<string, number[]>();

  function idsOfWord(word: string): number[] {
    const known = remembered.get(word);
    if (known) return known;
    const ids = bytePairs(word, ranks).map((token) => (Object.hasOwn(vocab, token) ? vocab[token]! : unknownId));
    if (remembered.size >= rememberedWords) remembered.clear();
    remembered.set(word, ids);
    return ids;
  }

  return {
    beginId: idOf(vocab, beginToken),
    endId: idOf(vocab, endToken),
    padId: idOf(vocab, vocabulary.padToken ?? endToken),
    windowLength,
    token: (id) => tokens.get(id),
    encode(text) {
      // Special tokens are found in the text as it was typed; what stands between them is read on its own.
      return text.split(specialTokens).flatMap((part) => special.get(part) ?? wordsOf(part).flatMap(idsOfWord));
    },
  };
}
