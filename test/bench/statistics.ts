/** What is told of the samples of one figure. */
export interface Summary {
  readonly samples: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @returns undefined when there are no samples */
export function summarize(samples: readonly number[]): Summary | undefined {
  if (samples.length === 0) return undefined;
  return { samples, median: quantile(samples, 0.5), min: Math.min(...samples), max: Math.max(...samples) };
}

/**
 * Between two neighbours the value lies in proportion.
 *
 * @param samples at least one, in any order
 * @param part 0 to 1: 0.5 is the median
 */
export function quantile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) throw new Error("there is no quantile of nothing");
  return below + (above - below) * (place - Math.floor(place));
}
