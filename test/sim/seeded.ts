/** Random numbers that a seed repeats: sfc32. Good enough for a simulation, useless for secrets. */
export class Seeded {
  readonly #state: Uint32Array;

  constructor(seed: number | string) {
    this.#state = Uint32Array.from([0x9e37_79b9, 0x243f_6a88, hash(String(seed)), 1]);
    for (let i = 0; i < 12; i++) this.#next();
  }

  /** A generator of its own, so that what one part of a run draws does not shift what another part gets. */
  fork(label: string): Seeded {
    return new Seeded(`${label} ${this.#next()}`);
  }

  /** In [0, 1). */
  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  /** In [from, to). */
  between(from: number, to: number): number {
    return from + this.fraction() * (to - from);
  }

  /** An integer in [0, below). */
  below(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new Error("nothing to pick from");
    return picked;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#next() & 0xff);
  }

  #next(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = this.#state;
    const sum = (a + b + counter) >>> 0;
    this.#state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + sum, counter + 1]);
    return sum;
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c_9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x0100_0193);
  return value >>> 0;
}
