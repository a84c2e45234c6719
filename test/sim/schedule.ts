import type { BootMillis } from "../../src/base/time.js";

interface Item {
  readonly at: BootMillis;
  readonly order: number;
  readonly act: () => void;
}

/** What is to happen, in the order of time, and of its planning where times are equal: a binary heap. */
export class Schedule {
  readonly #heap: Item[] = [];
  #planned = 0;

  add(at: BootMillis, act: () => void): void {
    const item = { at, order: this.#planned++, act };
    let place = this.#heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || isEarlier(above, item)) break;
      this.#heap[place] = above;
      place = parent;
    }
    this.#heap[place] = item;
  }

  next(): BootMillis | undefined {
    return this.#heap[0]?.at;
  }

  take(): (() => void) | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first?.act;
  }

  /** Puts an item where the first one was. */
  #sink(item: Item): void {
    let place = 0;
    for (;;) {
      const [left, right] = [this.#heap[2 * place + 1], this.#heap[2 * place + 2]];
      const child = left && right && isEarlier(right, left) ? right : left;
      if (child === undefined || isEarlier(item, child)) break;
      this.#heap[place] = child;
      place = child === left ? 2 * place + 1 : 2 * place + 2;
    }
    this.#heap[place] = item;
  }
}

function isEarlier(one: Item, other: Item): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
