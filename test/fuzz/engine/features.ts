import { pointHits } from "./counters.js";

/** What runs have done that no run before them did: points passed, and about how often. */
export class Features {
  readonly #seen = new Uint8Array(pointHits.length);

  /** @param counts whether it matters how often a point was passed */
  constructor(private readonly counts = true) {}

  /** How many points were passed. */
  get points(): number {
    return this.#seen.reduce((sum, seen) => sum + (seen === 0 ? 0 : 1), 0);
  }

  /** How many points there are. */
  get all(): number {
    return pointHits.length;
  }

  /** Looks at the last run, and clears its counts. @returns whether it did anything new */
  take(): boolean {
    let isNew = false;
    for (let point = 0; point < pointHits.length; point++) {
      const hits = pointHits[point] ?? 0;
      if (hits === 0) continue;
      const bucket = this.counts ? bucketOf(hits) : 1;
      const seen = this.#seen[point] ?? 0;
      if ((seen & bucket) === 0) {
        this.#seen[point] = seen | bucket;
        isNew = true;
      }
    }
    pointHits.fill(0);
    return isNew;
  }
}

/** 1, 2, 3, 4–7, 8–15, 16–31, 32–127, 128 or more: a bit each. */
function bucketOf(hits: number): number {
  if (hits < 4) return 1 << (hits - 1);
  if (hits < 32) return 1 << (Math.floor(Math.log2(hits)) + 1);
  return hits < 128 ? 1 << 6 : 1 << 7;
}
