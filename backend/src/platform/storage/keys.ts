import { invariant } from '../failure.ts';

const segment = /^[a-z0-9][a-z0-9._-]{0,199}$/;

/**
 * Pure: refuses a key that is not plain lower-case segments. Keys are made by rooms, never by people,
 * so a strange one is a defect; this is the wall that keeps it inside the folder all the same.
 */
export function checkKey(key: string): void {
  const segments = key.split('/');
  invariant(
    segments.length >= 2 && segments.every((part) => segment.test(part)),
    `storage key ${JSON.stringify(key.slice(0, 80))} is not plain`,
  );
}

/** Pure: a prefix ends between two segments, so that `images/` never lists `images-old/`. */
export function checkPrefix(prefix: string): void {
  invariant(prefix === '' || prefix.endsWith('/'), 'a storage prefix ends with /');
  if (prefix !== '')
    invariant(
      prefix
        .slice(0, -1)
        .split('/')
        .every((part) => segment.test(part)),
      'a storage prefix is made of plain segments',
    );
}
