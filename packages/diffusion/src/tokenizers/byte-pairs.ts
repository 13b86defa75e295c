/** Ends the last token of a word in CLIP's vocabulary. */
export const wordEnd = '</w>';

/**
 * A printable letter for each byte, so that any text can be written in the vocabulary's files: printable Latin-1 stands
 * for itself, the other bytes for the letters from U+0100 on (Radford et al., GPT-2, `bytes_to_unicode`).
 */
function makeByteLetters(): string[] {
  const printable = (byte: number) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++));
}

export const byteLetters = makeByteLetters();

const encoder = new TextEncoder();

/** The letters of a word's UTF-8 bytes, the last with the end of the word. */
function lettersOf(word: string): string[] {
  const letters = Array.from(encoder.encode(word), (byte) => byteLetters[byte]!);
  letters.push(letters.pop()! + wordEnd);
  return letters;
}

const pairKey = (left: string, right: string) => `${left} ${right}`;

/** The pair of neighbours that was learned first; undefined when no two can be merged. */
function firstLearned(parts: string[], ranks: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let bestRank = Infinity;
  for (let i = 1; i < parts.length; i++) {
    const key = pairKey(parts[i - 1]!, parts[i]!);
    const rank = ranks.get(key) ?? Infinity;
    if (rank < bestRank) [best, bestRank] = [key, rank];
  }
  return best;
}

/** Merges each occurrence of a pair, from left to right. */
function merged(parts: string[], pair: string): string[] {
  const result: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const isPair = i + 1 < parts.length && pairKey(parts[i]!, parts[i + 1]!) === pair;
    result.push(isPair ? parts[i]! + parts[++i]! : parts[i]!);
  }
  return result;
}

/**
 * Splits a word into tokens by byte-pair encoding (Sennrich et al., 1508.07909): the pair that was learned first is
 * merged first, until none is left.
 * @param ranks the place of each learned pair `left right`, from 0
 */
export function bytePairs(word: string, ranks: ReadonlyMap<string, number>): string[] {
  let parts = lettersOf(word);
  for (let pair = firstLearned(parts, ranks); pair !== undefined; pair = firstLearned(parts, ranks)) {
    parts = merged(parts, pair);
  }
  return parts;
}
