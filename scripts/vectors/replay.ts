/** @see docs/protocol.md §6: a map of 8,192 bits in blocks of 64, of which one is always being refilled. */
const WINDOW = 8192 - 64;

export interface ReplaySequence {
  readonly name: string;
  /** Counters in the order of their arrival, and whether each is accepted. */
  readonly arrivals: [counter: number, accepted: boolean][];
}

export function replayVectors(): ReplaySequence[] {
  return Object.entries(SEQUENCES).map(([name, counters]) => ({ name, arrivals: judged(counters) }));
}

const FAR = 2 ** 52 - 1;

const SEQUENCES: Record<string, number[]> = {
  "in order, each twice": [0, 0, 1, 1, 2, 2, 3, 3],
  "out of order": [5, 3, 4, 3, 0, 1, 2, 5, 6],
  "starting high": [100, 99, 100, 0, 0],
  "the oldest that the window holds": [WINDOW, 0, 0, WINDOW + 1, 0, 1],
  "one beyond the window": [WINDOW + 1, 0, 1, 1, WINDOW + 2, 1, 2],
  "window that ends within a block": [WINDOW + 40, 39, 40, 41, 40],
  "jump over one block": [63, 64, 127, 128, 192, 64, 65, 129, 191],
  "jump over the whole map": [7, 8192 + 7, 7, 8, 2 * 8192 + 7, 8192 + 7, 8192 + 80],
  "no old mark shows in a block used again": [5, 7, 8192 + 7, 8192 + 5, 8192 + 5, 4 * 8192 + 7, 4 * 8192 + 5],
  "jump by exactly the map": [0, 8192, 8192 - 1, 8192, 65, 64, 63],
  "jump far beyond it": [1, 2 ** 40, 2 ** 40 - WINDOW, 2 ** 40 - WINDOW - 1, 2 ** 40 - 1, 1],
  "around 2^32": [2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 - 2],
  "up to the last counter": [FAR - 1, FAR, FAR - 1, FAR, FAR - WINDOW, FAR - WINDOW - 1],
  "bits 31 and 32 of a word": [31, 32, 31, 32, 63, 64, 63],
};

function judged(counters: readonly number[]): [number, boolean][] {
  const seen = new Set<number>();
  return counters.map((counter) => {
    const accepted = !seen.has(counter) && counter >= Math.max(-1, ...seen) - WINDOW;
    if (accepted) seen.add(counter);
    return [counter, accepted];
  });
}
