/** Units from long to short, in seconds. A year is 365 days, as for wg. */
const UNITS = [
  { name: "year", letter: "y", seconds: 365 * 24 * 3600 },
  { name: "day", letter: "d", seconds: 24 * 3600 },
  { name: "hour", letter: "h", seconds: 3600 },
  { name: "minute", letter: "m", seconds: 60 },
  { name: "second", letter: "s", seconds: 1 },
] as const;

/** In wg's words: `1 minute, 3 seconds`. @param seconds a whole number ≥ 1 */
export function formatDuration(seconds: number): string {
  return partsOf(seconds)
    .map(({ name, count }) => `${count} ${name}${count === 1 ? "" : "s"}`)
    .join(", ");
}

/** For a table: the two longest units, such as `1m 3s`. @param seconds a whole number ≥ 0 */
export function formatShortDuration(seconds: number): string {
  const parts = partsOf(seconds).slice(0, 2);
  return parts.length === 0 ? "0s" : parts.map(({ letter, count }) => `${count}${letter}`).join(" ");
}

/** Of milliseconds, to a precision that a link's jitter leaves. */
export function formatRoundTrip(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

/** Units that occur, with their counts. */
function partsOf(seconds: number): { name: string; letter: string; count: number }[] {
  let left = seconds;
  return UNITS.flatMap(({ name, letter, seconds: unit }) => {
    const count = Math.floor(left / unit);
    left -= count * unit;
    return count === 0 ? [] : [{ name, letter, count }];
  });
}
