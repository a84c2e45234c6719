import type { BootMillis } from "../../src/base/time.js";

/** What is to happen, in the order of time, and of its planning where times are equal. */
export class Schedule {
  readonly #items: { readonly at: BootMillis; readonly act: () => void }[] = [];

  add(at: BootMillis, act: () => void): void {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#items[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    this.#items.splice(low, 0, { at, act });
  }

  next(): BootMillis | undefined {
    return this.#items.at(-1)?.at;
  }

  take(): (() => void) | undefined {
    return this.#items.pop()?.act;
  }
}
