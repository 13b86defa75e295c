import { passwordMinLength } from '@rendermart/contract';

/** What a field lacks before anything is sent; the server checks all of it again. */
export type Lack = 'required' | 'email' | 'short';

const rules: Record<string, (value: string) => Lack | undefined> = {
  email: (value) => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim()) ? undefined : 'email'),
  newPassword: (value) => (value.length >= passwordMinLength ? undefined : 'short'),
};

/** Lacks by field; an empty object when the form may be sent. */
export function checkFields<Name extends string>(values: Record<Name, string>): Partial<Record<Name, Lack>> {
  const lacks: Partial<Record<Name, Lack>> = {};
  for (const [name, value] of Object.entries(values) as [Name, string][]) {
    const lack = value.trim() === '' ? 'required' : rules[name]?.(value);
    if (lack) lacks[name] = lack;
  }
  return lacks;
}

/** Only addresses of this page: an address from outside must not decide where somebody lands after signing in. */
export function safeNext(next: string | undefined): string | undefined {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : undefined;
}
