/** A name of the package's door, and the file below `src` that it comes from. */
export interface Export {
  name: string;
  file: string;
}

/** What a door exports: `export { a, b } from './file.ts'` and the same with `type`. */
export function exportsOf(source: string): Export[] {
  return [...source.matchAll(/export (?:type )?\{([^}]+)\} from '\.\/([^']+)\.ts'/g)].flatMap(([, names, file]) =>
    names!
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
      .map((name) => ({ name, file: file! })),
  );
}

/** Where a declaration begins in a source or declaration file, and the text of the docstring before it. */
export function findDeclaration(text: string, name: string): { start: number; comment: string } {
  const start = new RegExp(`^export (?:declare )?(?:async )?(?:const|function[*]?|interface|type|class) ${name}\\b`, 'm').exec(
    text,
  )!.index;
  return { start, comment: /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text.slice(0, start))?.[1] ?? '' };
}

/** A docstring as the reference prints it. */
export function plainText(comment: string): string {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim());
  return lines
    .join(' ')
    .replaceAll(/\s*@param (\w+) /g, '\n\n- `$1`: ')
    .replaceAll(/\s*@returns? /g, '\n\nGives ')
    .trim();
}
