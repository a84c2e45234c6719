import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds between two looks. */
const INTERVAL = 40;

/**
 * Waits for something that can be observed.
 *
 * @param what the fact waited for, as the failure will tell it
 * @param probe looks once; anything but undefined and false is the answer
 * @param seconds the deadline: generous, since nobody waits longer than it takes
 * @returns what the probe found
 */
export async function until<Found>(what: string, probe: () => Promise<Found | undefined | false>, seconds = 15): Promise<Found> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(INTERVAL);
  }
}
