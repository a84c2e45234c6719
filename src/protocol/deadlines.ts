/** Named deadlines behind one timer. */
import type { BootMillis } from "../base/time.js";

/** The deadlines of one owner, at most one a name. */
export class Deadlines<Name extends string> {
  readonly #times = new Map<Name, BootMillis>();

  set(name: Name, at: BootMillis): void {
    this.#times.set(name, at);
  }

  /** Sets it unless an earlier one is set. */
  setNoLater(name: Name, at: BootMillis): void {
    this.#times.set(name, Math.min(at, this.#times.get(name) ?? at));
  }

  clear(name: Name): void {
    this.#times.delete(name);
  }

  has(name: Name): boolean {
    return this.#times.has(name);
  }

  /** The earliest, or undefined when none is set. */
  next(): BootMillis | undefined {
    let earliest: BootMillis | undefined;
    for (const at of this.#times.values()) earliest = Math.min(at, earliest ?? at);
    return earliest;
  }

  /** Removes and returns the names that are due, earliest first. */
  takeDue(now: BootMillis): Name[] {
    const due = [...this.#times].filter(([, at]) => at <= now).sort(([, a], [, b]) => a - b);
    for (const [name] of due) this.#times.delete(name);
    return due.map(([name]) => name);
  }
}

/** The earliest deadline of many owners, one entry each: a binary heap that knows where every owner stands in it. */
export class DeadlineQueue<Owner> {
  readonly #heap: Entry<Owner>[] = [];
  readonly #positions = new Map<Owner, number>();

  /** @param at undefined when the owner waits for nothing */
  set(owner: Owner, at: BootMillis | undefined): void {
    const position = this.#positions.get(owner);
    if (at !== undefined) this.#settle({ at, owner }, position ?? this.#heap.length);
    else if (position !== undefined) this.#remove(position);
  }

  next(): BootMillis | undefined {
    return this.#heap[0]?.at;
  }

  /** Removes the earliest entry if it is due, and returns its owner. */
  takeDue(now: BootMillis): Owner | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    this.#remove(0);
    return first.owner;
  }

  /** The last entry takes the place of the one that goes. */
  #remove(position: number): void {
    const removed = this.#heap[position];
    const last = this.#heap.pop();
    if (removed !== undefined) this.#positions.delete(removed.owner);
    if (last !== undefined && last !== removed) this.#settle(last, position);
  }

  #settle(entry: Entry<Owner>, position: number): void {
    this.#place(entry, position);
    this.#siftUp(position);
    this.#siftDown(position);
  }

  #place(entry: Entry<Owner>, position: number): void {
    this.#heap[position] = entry;
    this.#positions.set(entry.owner, position);
  }

  #siftUp(from: number): void {
    let child = from;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfEarlier(child, parent)) return;
      child = parent;
    }
  }

  #siftDown(from: number): void {
    let parent = from;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      const child = this.#at(right) < this.#at(left) ? right : left;
      if (!this.#swapIfEarlier(child, parent)) return;
      parent = child;
    }
  }

  #at(position: number): BootMillis {
    return this.#heap[position]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const lower = this.#heap[child];
    const upper = this.#heap[parent];
    if (lower === undefined || upper === undefined || lower.at >= upper.at) return false;
    this.#place(upper, child);
    this.#place(lower, parent);
    return true;
  }
}

interface Entry<Owner> {
  readonly at: BootMillis;
  readonly owner: Owner;
}
