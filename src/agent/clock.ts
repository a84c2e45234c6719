import type { Now } from "../base/time.js";
import type { Shim } from "../shim/library.js";

/** Reads both clocks. */
export type Clock = () => Now;

export function systemClock(shim: Shim): Clock {
  return () => ({ boot: shim.boottimeMicros() / 1000, real: Date.now() });
}
