/**
 * Units of time.
 *
 * Ages are measured on CLOCK_BOOTTIME, which counts suspend and never steps. The wall clock is for people.
 */

/** Milliseconds since boot, on CLOCK_BOOTTIME. May have a fraction. */
export type BootMillis = number;

/** A duration in milliseconds. */
export type Millis = number;

/** One reading of both clocks. */
export interface Now {
  readonly boot: BootMillis;
  /** Milliseconds since the epoch, on CLOCK_REALTIME. */
  readonly real: number;
}

export const SECOND: Millis = 1000;
export const MINUTE: Millis = 60 * SECOND;
