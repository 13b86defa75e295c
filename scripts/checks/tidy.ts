import fs from 'node:fs';
import path from 'node:path';
import { listSources } from '../walls/imports.ts';

// Taken apart, so that this file does not complain about itself.
const unfinished = new RegExp(String.raw`\b(${['FIX-ME', 'X-XX', 'HA-CK'].join('|').replaceAll('-', '')})\b`);
const emptyNames = /(^|[-.])(utils?|helpers?|managers?|common|misc|stuff)([-.]|$)/i;
const emptyDeclaration = /\b(?:const|let|function|class|interface|type)\s+(opts|req|tmp|\w*(?:Helper|Manager|Utils?))\b/;

/** What no linter looks for: words of unfinished work, and names that say nothing. One line each. */
export function findUntidiness(root: string): string[] {
  return listSources(root).flatMap((file) => [
    ...(emptyNames.test(path.basename(file)) ? [`${file}: this name does not say what is inside.`] : []),
    ...fs
      .readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => complaintsOf(line).map((what) => `${file}:${index + 1}: ${what}`)),
  ]);
}

/** Pure: what is wrong with one line. */
export function complaintsOf(line: string): string[] {
  const word = unfinished.exec(line)?.[1];
  const name = emptyDeclaration.exec(line)?.[1];
  return [
    ...(word === undefined ? [] : [`"${word}" marks unfinished work. Finish it, or file an issue.`]),
    ...(name === undefined ? [] : [`the name "${name}" says nothing. Say what it is.`]),
  ];
}
