/**
 * Reads what native-shim's bench-routes prints.
 *
 * @returns nanoseconds of a lookup that waits for the one before, one for each kind of table
 */
export function readLookupTimes(output: string): number[] {
  return [...output.matchAll(/([\d.]+) ns one after the other/g)].map(([, nanoseconds]) => Number(nanoseconds));
}
