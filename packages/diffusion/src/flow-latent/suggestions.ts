import { foldText, isOffered } from './vocabulary.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Things and words that begin with a prefix, accents and case aside: concepts by name first, then concepts of which a
 * later word matches, then single words of the vocabulary.
 * @param locale a language tag; French names for `fr`, English ones for anything else
 */
export function suggestWords(vocabulary: Vocabulary, prefix: string, locale: string, limit = 10): string[] {
  const start = foldText(prefix.trim());
  if (start === '') return [];
  const language = locale.toLowerCase().startsWith('fr') ? 'fr' : 'en';
  const names = vocabulary.concepts.map((concept) => concept[language]);
  const byStart = names.filter((name) => foldText(name).startsWith(start)).toSorted((a, b) => a.length - b.length);
  const byWord = names.filter((name) =>
    foldText(name)
      .split(/[^a-z0-9]+/)
      .some((word) => word.startsWith(start)),
  );
  const words = [...vocabulary.words.keys()].filter((word) => word.startsWith(start) && isOffered(word));
  // "écureuil" the name and "ecureuil" the word are one suggestion: the first, with its accents.
  const firstByFolded = new Map<string, string>();
  for (const text of [...byStart, ...byWord, ...words]) {
    if (!firstByFolded.has(foldText(text))) firstByFolded.set(foldText(text), text);
  }
  return [...firstByFolded.values()].slice(0, limit);
}
