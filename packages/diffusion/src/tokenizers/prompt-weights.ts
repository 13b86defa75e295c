import type { WeightedText } from './tokenizer.ts';

/** What a pair of brackets without a number does: `(word)` times this, `[word]` divided by it. */
const bracketFactor = 1.1;
const heaviest = 10;

const closing: Record<string, string> = { '(': ')', '[': ']' };
// `:1.25` with some spaces fits; looking no further back keeps deep nesting from taking the square of its time.
const longestWeight = 24;
const weightAtEnd = /:\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*$/;

interface Group {
  end: number;
  factor: number;
  /** Where the text of the group ends: before `:1.2`. */
  textEnd: number;
}

/** The group that opens at `start`, with its number if it has one. */
function groupOf(prompt: string, start: number, end: number): Group {
  if (prompt[start] === '[') return { end, factor: 1 / bracketFactor, textEnd: end };
  const from = Math.max(start + 1, end - longestWeight);
  const number = weightAtEnd.exec(prompt.slice(from, end));
  if (!number) return { end, factor: bracketFactor, textEnd: end };
  return { end, factor: Number(number[1]), textEnd: from + number.index };
}

/** Brackets that have a partner, by the place where they open. One without stays text: a prompt may hold ":(". */
function groupsOf(prompt: string): Map<number, Group> {
  const groups = new Map<number, Group>();
  const open: number[] = [];
  const waiting: Record<string, number> = { ')': 0, ']': 0 };
  for (let i = 0; i < prompt.length; i++) {
    const letter = prompt[i]!;
    if (letter === '\\') i++;
    else if (letter in closing) {
      open.push(i);
      waiting[closing[letter]!]!++;
    } else if (waiting[letter]) {
      let start: number;
      do {
        start = open.pop()!;
        waiting[closing[prompt[start]!]!]!--;
      } while (closing[prompt[start]!] !== letter);
      groups.set(start, groupOf(prompt, start, i));
    }
  }
  return groups;
}

/** Adds text to the runs, joined to the last one if the weight is the same. */
function append(runs: WeightedText[], text: string, factor: number): void {
  const weight = Math.min(heaviest, Math.max(0, factor));
  const last = runs.at(-1);
  if (last?.weight === weight) last.text += text;
  else runs.push({ text, weight });
}

/**
 * Reads the weights of a prompt, as people write them for Stable Diffusion since AUTOMATIC1111's interface:
 * `(word)` weighs 1.1 times as much, `(word:1.3)` 1.3 times, `[word]` 1/1.1 times; groups nest and multiply. `\(`, `\)`,
 * `\[`, `\]` and `\\` are the characters themselves. A bracket without a partner is text. Weights stay between 0 and 10.
 * Words that take turns by step, `[from:to:0.5]`, are not supported and are read as text in brackets.
 */
export function parsePrompt(prompt: string): WeightedText[] {
  const groups = groupsOf(prompt);
  const runs: WeightedText[] = [];
  const within: (Group & { outer: number })[] = [];
  let factor = 1;
  for (let i = 0; i < prompt.length; i++) {
    const opened = groups.get(i);
    const inner = within.at(-1);
    if (opened) {
      within.push({ ...opened, outer: factor });
      factor *= opened.factor;
    } else if (inner && i >= inner.textEnd) {
      i = inner.end;
      factor = inner.outer;
      within.pop();
    } else {
      if (prompt[i] === '\\' && '()[]\\'.includes(prompt[i + 1] ?? ' ')) i++;
      append(runs, prompt[i]!, factor);
    }
  }
  return runs;
}
