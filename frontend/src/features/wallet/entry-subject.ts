/** What an entry's reference, such as `purchase:<id>`, stands for. */
export interface Subject {
  kind: string;
  id: string;
}

export function subjectOf(reference: string): Subject {
  const colon = reference.indexOf(':');
  return colon < 0 ? { kind: reference, id: '' } : { kind: reference.slice(0, colon), id: reference.slice(colon + 1) };
}
