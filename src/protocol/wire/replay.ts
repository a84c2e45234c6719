import { REPLAY_MAP_BITS as MAP_BITS } from "../limits.js";

/** Of one of the map's blocks. Clearing whole blocks costs the window one of them. */
const BLOCK_BITS = 64;
const WORD_BITS = 32;

/** How far behind the head a counter may be. */
export const REPLAY_WINDOW = MAP_BITS - BLOCK_BITS;

/**
 * Which counters of one direction of a session were received. Starts empty.
 *
 * @see docs/protocol.md §6 and RFC 6479
 */
export class ReplayWindow {
  readonly #words = new Uint32Array(MAP_BITS / WORD_BITS);
  #head = -1;

  /** The highest counter marked; -1 before the first. */
  get head(): number {
    return this.#head;
  }

  /** The pre-check: whether a counter, below 2^52, is neither marked nor too old. */
  isFresh(counter: number): boolean {
    if (counter > this.#head) return true;
    return this.#head - counter <= REPLAY_WINDOW && !this.#isMarked(counter);
  }

  /** Checks again and marks, once the packet is authentic. False: a replay, or too old. */
  mark(counter: number): boolean {
    if (!this.isFresh(counter)) return false;
    this.#advance(counter);
    const word = wordOf(counter);
    this.#words[word] = (this.#words[word] ?? 0) | bitOf(counter);
    return true;
  }

  #isMarked(counter: number): boolean {
    return ((this.#words[wordOf(counter)] ?? 0) & bitOf(counter)) !== 0;
  }

  /** Moves the head up, clearing the blocks that come into the window. */
  #advance(counter: number): void {
    if (counter <= this.#head) return;
    const from = Math.floor(this.#head / BLOCK_BITS) + 1;
    const to = Math.min(Math.floor(counter / BLOCK_BITS), from + MAP_BITS / BLOCK_BITS - 1);
    for (let block = from; block <= to; block++) {
      const word = wordOf(block * BLOCK_BITS);
      this.#words.fill(0, word, word + BLOCK_BITS / WORD_BITS);
    }
    this.#head = counter;
  }
}

function wordOf(counter: number): number {
  return Math.floor(counter / WORD_BITS) % (MAP_BITS / WORD_BITS);
}

function bitOf(counter: number): number {
  return 1 << (counter % WORD_BITS);
}
