import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/*
 * Writes api.md from the docstrings: `tsc -b packages/diffusion && node packages/diffusion/docs/make.ts`. It reads the
 * declarations that the compiler writes, so signatures are those that callers see.
 */

const folder = path.join(import.meta.dirname, '..');
const doors = readFileSync(path.join(folder, 'src/index.ts'), 'utf8');

interface Export {
  name: string;
  file: string;
}

/** `export { a, b } from './file.ts'` and the same with `type`. */
function exportsOf(source: string): Export[] {
  return [...source.matchAll(/export (?:type )?\{([^}]+)\} from '\.\/([^']+)\.ts'/g)].flatMap(([, names, file]) =>
    names!
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
      .map((name) => ({ name, file: file! })),
  );
}

/** A declaration with the docstring before it. Constants that only hold a schema are named, not printed. */
function declarationOf({ name, file }: Export): { comment: string; code: string } {
  const text = readFileSync(path.join(folder, '.tsbuild/src', `${file}.d.ts`), 'utf8');
  const start = new RegExp(`^export (?:declare )?(?:const|function|interface|type|class) ${name}\\b`, 'm').exec(text)!.index;
  const end = text.slice(start).search(/\n(?=export |\/\*\*|declare |\/\/#|interface |type )/);
  const code = text.slice(start, end < 0 ? undefined : start + end).trim();
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text.slice(0, start))?.[1] ?? '';
  return {
    comment,
    code: code.includes('z.Zod')
      ? `${code.split(':')[0]}: ZodType`
      : code.replaceAll('export declare ', '').replaceAll('export ', ''),
  };
}

function plainText(comment: string): string {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim());
  return lines
    .join(' ')
    .replaceAll(/\s*@param (\w+) /g, '\n\n- `$1`: ')
    .replaceAll(/\s*@returns? /g, '\n\nGives ')
    .trim();
}

const sections = exportsOf(doors).map((one) => {
  const { comment, code } = declarationOf(one);
  return `## \`${one.name}\`\n\n${plainText(comment)}${comment ? '\n\n' : ''}\`\`\`ts\n${code}\n\`\`\`\n`;
});
const head = `# API reference of @rendermart/diffusion\n\nMade from the docstrings by \`docs/make.ts\`. Sizes are pixels, times milliseconds; an error is always a \`DiffusionError\` with one of \`diffusionFailureCodes\`.\n\n`;
writeFileSync(path.join(folder, 'docs/api.md'), head + sections.join('\n'));
