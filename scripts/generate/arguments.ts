import { parseArgs } from 'node:util';
import { GenerationInput } from '@rendermart/contract';

export const usage = `Usage: npm run generate -- "a red fox" [--out fox.png] [options]

  --out FILE            where the picture goes (image.png); several get -1, -2 …
  --model ID            the model; the installation's default otherwise
  --negative TEXT       what the picture shall not show
  --width N --height N  the size in pixels
  --steps N  --guidance N  --seed N  --count N (1 to 8)
  --background C        transparent, or a colour such as #ffcc00
  --url URL             where RenderMart is (RENDERMART_URL, http://localhost:4000)

Signs in with RENDERMART_API_KEY; without one it asks for email and password once and keeps a key.`;

export class UsageError extends Error {}

export interface Wish {
  input: GenerationInput;
  out: string;
  baseUrl: string;
}

const options = {
  out: { type: 'string', short: 'o', default: 'image.png' },
  model: { type: 'string', short: 'm' },
  negative: { type: 'string' },
  width: { type: 'string' },
  height: { type: 'string' },
  steps: { type: 'string' },
  guidance: { type: 'string' },
  seed: { type: 'string' },
  count: { type: 'string' },
  background: { type: 'string' },
  url: { type: 'string', default: process.env.RENDERMART_URL ?? 'http://localhost:4000' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the command line; throws `UsageError` for what cannot be meant. */
export function readArguments(args: string[]): Wish | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  if (positionals.length === 0) throw new UsageError('Say what to draw, in quotes.');
  const candidate = {
    prompt: positionals.join(' '),
    ...(values.negative === undefined ? {} : { negativePrompt: values.negative }),
    ...(values.model === undefined ? {} : { modelId: values.model }),
    ...(values.background === undefined ? {} : { background: values.background }),
    ...numbers({
      width: values.width,
      height: values.height,
      steps: values.steps,
      guidanceScale: values.guidance,
      seed: values.seed,
      count: values.count,
    }),
  };
  const result = GenerationInput.safeParse(candidate);
  if (!result.success)
    throw new UsageError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
  return { input: candidate, out: values.out, baseUrl: values.url.replace(/\/$/, '') };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function numbers(texts: Record<string, string | undefined>): Record<string, number> {
  return Object.fromEntries(Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, Number(text)]])));
}
