import { Failure } from '../failure.ts';

/** Pure: says in the contract's words that the disk, or a person's share of it, is full. */
export function refuseFull(error: unknown): never {
  if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT') throw new Failure('storage_full', { cause: error });
  throw error;
}

/** The system's word for what went wrong, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
