import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exportsOf, findDeclaration, plainText } from './docstrings.ts';
import type { Export } from './docstrings.ts';

/*
 * Writes api.md from the docstrings: `tsc -b packages/diffusion && node packages/diffusion/docs/make.ts`. It reads the
 * declarations that the compiler writes, so signatures are those that callers see.
 */

const folder = path.join(import.meta.dirname, '..');
const doors = readFileSync(path.join(folder, 'src/index.ts'), 'utf8');

/** A declaration with the docstring before it. Constants that only hold a schema are named, not printed. */
function declarationOf({ name, file }: Export): { comment: string; code: string } {
  const text = readFileSync(path.join(folder, '.tsbuild/src', `${file}.d.ts`), 'utf8');
  const { start, comment } = findDeclaration(text, name);
  const end = text.slice(start).search(/\n(?=export |\/\*\*|declare |\/\/#|interface |type )/);
  const code = text.slice(start, end < 0 ? undefined : start + end).trim();
  return {
    comment,
    code: code.includes('z.Zod')
      ? `${code.split(':')[0]}: ZodType`
      : code.replaceAll('export declare ', '').replaceAll('export ', ''),
  };
}

const sections = exportsOf(doors).map((one) => {
  const { comment, code } = declarationOf(one);
  return `## \`${one.name}\`\n\n${plainText(comment)}${comment ? '\n\n' : ''}\`\`\`ts\n${code}\n\`\`\`\n`;
});
const head = `# API reference of @rendermart/diffusion\n\nMade from the docstrings by \`docs/make.ts\`. Sizes are pixels, times milliseconds; an error is always a \`DiffusionError\` with one of \`diffusionFailureCodes\`.\n\n`;
writeFileSync(path.join(folder, 'docs/api.md'), head + sections.join('\n'));
