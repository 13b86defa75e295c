/** What of a patch says something else than `known` does: only this is sent, so that what somebody else changed meanwhile stays. */
export function withoutSame<Fields extends object>(patch: Fields, known: Partial<NoInfer<Fields>>): Partial<Fields> {
  const entries = Object.entries(patch).filter(([key, value]) => value !== known[key as keyof Fields]);
  return Object.fromEntries(entries) as Partial<Fields>;
}
