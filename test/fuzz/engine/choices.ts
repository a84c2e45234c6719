/** Reads an input as a sequence of choices. Past its end all are 0. */
export class Choices {
  #position = 0;

  constructor(private readonly input: Uint8Array) {}

  get left(): number {
    return Math.max(0, this.input.length - this.#position);
  }

  byte(): number {
    return this.input[this.#position++] ?? 0;
  }

  flag(): boolean {
    return (this.byte() & 1) === 1;
  }

  u16(): number {
    return this.byte() | (this.byte() << 8);
  }

  u32(): number {
    return (this.u16() | (this.u16() << 16)) >>> 0;
  }

  /** Below 256. */
  below(limit: number): number {
    return this.byte() % limit;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }

  /** So many; fewer at the end. */
  bytes(length: number): Uint8Array {
    const taken = this.input.slice(this.#position, this.#position + length);
    this.#position += length;
    return taken;
  }
}
