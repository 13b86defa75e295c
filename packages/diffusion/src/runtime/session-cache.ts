import { DiffusionError } from '../failure.ts';

interface Cached<T> {
  key: string;
  value: T;
  weightBytes: number;
}

/** Keeps what was used last within a weight limit; the least recently used goes first. Not for concurrent use. */
export class RecentlyUsed<T> {
  /** In order of use, the latest last. */
  readonly #cached: Cached<T>[] = [];
  readonly #limitBytes: number;
  readonly #discard: (value: T) => Promise<void>;

  constructor(limitBytes: number, discard: (value: T) => Promise<void>) {
    this.#limitBytes = limitBytes;
    this.#discard = discard;
  }

  get keys(): string[] {
    return this.#cached.map(({ key }) => key);
  }

  get values(): T[] {
    return this.#cached.map(({ value }) => value);
  }

  /** The value kept for a key, which thereby becomes the latest used. */
  find(key: string): T | undefined {
    const index = this.#cached.findIndex((cached) => cached.key === key);
    if (index < 0) return undefined;
    const [found] = this.#cached.splice(index, 1);
    this.#cached.push(found!);
    return found!.value;
  }

  /** Makes room, then makes and keeps a value. Throws `memory_limit` for what can never fit. */
  async add(key: string, weightBytes: number, make: () => Promise<T>): Promise<T> {
    if (weightBytes > this.#limitBytes) {
      throw new DiffusionError(
        'memory_limit',
        `${key} needs about ${weightBytes} bytes, the memory limit is ${this.#limitBytes}`,
      );
    }
    await this.#makeRoom(weightBytes);
    const value = await make();
    this.#cached.push({ key, value, weightBytes });
    return value;
  }

  async #makeRoom(weightBytes: number): Promise<void> {
    let total = this.#cached.reduce((sum, cached) => sum + cached.weightBytes, weightBytes);
    while (total > this.#limitBytes) {
      const oldest = this.#cached.shift()!;
      total -= oldest.weightBytes;
      await this.#discard(oldest.value);
    }
  }
}
