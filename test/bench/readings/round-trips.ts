/**
 * Reads what `ping` prints.
 *
 * @returns milliseconds, one for each answer
 */
export function readRoundTrips(output: string): number[] {
  return [...output.matchAll(/ time[=<]([\d.]+) ms/g)].map(([, time]) => Number(time));
}
