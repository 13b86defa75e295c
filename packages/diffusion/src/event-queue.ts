/** Carries pushed values to one `for await` reader, in order. */
export class EventQueue<T> {
  readonly #values: T[] = [];
  readonly #supersedes: (newer: T, older: T) => boolean;
  #end: { error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** @param supersedes whether a newer value makes an older one, not yet read, worthless */
  constructor(supersedes: (newer: T, older: T) => boolean = () => false) {
    this.#supersedes = supersedes;
  }

  push(value: T): void {
    if (this.#end) return;
    const stale = this.#values.findIndex((older) => this.#supersedes(value, older));
    if (stale >= 0) this.#values.splice(stale, 1);
    this.#values.push(value);
    this.#wake?.();
  }

  /** Ends the reading after what is already queued; with an error, at once. */
  end(end: { error?: unknown } = {}): void {
    if (this.#end) return;
    this.#end = end;
    if ('error' in end) this.#values.length = 0;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<T> {
    for (;;) {
      const value = this.#values.shift();
      if (value !== undefined) yield value;
      else if (this.#end) break;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if ('error' in this.#end) throw this.#end.error;
  }
}
