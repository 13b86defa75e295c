import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const files = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.Dockerfile'));
const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

interface Instruction {
  word: string;
  rest: string;
}

/** The instructions of a Dockerfile, those of the last stage apart. */
function stagesOf(text: string): Instruction[][] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter(Boolean);
  return lines.reduce<Instruction[][]>(
    (stages, line) => {
      const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line)!;
      return word === 'FROM' ? [...stages, [{ word, rest }]] : [...stages.slice(0, -1), [...stages.at(-1)!, { word, rest }]];
    },
    [[]],
  );
}

/** What is wrong with how an image is made, one line a defect. */
function defectsOf(text: string): string[] {
  const stages = stagesOf(text);
  const last = stages.at(-1)!;
  const all = stages.flat();
  const of = (word: string, among = last) => among.filter((one) => one.word === word).map(({ rest }) => rest);
  const versions = of('ARG', all).filter((rest) => /_IMAGE=/.test(rest) && !rest.endsWith('=rendermart-backend'));
  return [
    ...(stages.length < 3 ? ['has one stage: what builds it stays in it'] : []),
    ...(/^[1-9]\d*:[1-9]\d*$/.test(of('USER').at(-1) ?? '') ? [] : ['does not run as a numbered user who is not root']),
    ...[...of('CMD'), ...of('ENTRYPOINT')]
      .filter((rest) => !rest.startsWith('['))
      .map((rest) => `${rest} runs in a shell, which keeps SIGTERM`),
    ...(of('CMD').length + of('ENTRYPOINT').filter((rest) => rest !== '[]').length > 0 ? [] : ['has no command']),
    ...versions.filter((rest) => !/:\d[\w.-]+$/.test(rest)).map((rest) => `${rest} has no version`),
    ...of('ADD', all).map((rest) => `ADD ${rest} may fetch anything`),
    ...all
      .filter(({ word, rest }) => ['ENV', 'ARG'].includes(word) && /SECRET|PASSWORD|API_KEY/.test(rest))
      .map(({ rest }) => `${rest} stays in the image`),
    ...of('COPY')
      .filter((rest) => rest.startsWith('. '))
      .map(() => 'takes everything along'),
  ];
}

it.each(files)('%s is made as it should be', (file) => expect(defectsOf(read(file))).toEqual([]));

describe('sees the planted defect', () => {
  const good = read('backend.Dockerfile');
  it.each<[string, string, string | RegExp]>([
    ['root', good.replace('USER 10001:10001\n', ''), 'root'],
    ['a shell', good.replace('CMD ["api"]', 'CMD node main.ts'), 'shell'],
    ['no version', good.replace(/node:26\S+/, 'node:latest'), 'no version'],
    ['a secret', `${good}ENV AUTH_SECRET=x\n`, 'stays'],
    ['everything', `${good}COPY . .\n`, 'everything'],
    ['a download', `${good}ADD https://example.com/x /x\n`, 'fetch'],
    ['one stage', good.slice(good.lastIndexOf('FROM ')), 'one stage'],
  ])('%s', (_name, text, word) => expect(defectsOf(text).join('\n')).toMatch(word));
});

it('is not sent what no image needs', () => {
  const ignored = readFileSync(new URL('../../.dockerignore', import.meta.url), 'utf8').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['.git', '**/node_modules']));
});
