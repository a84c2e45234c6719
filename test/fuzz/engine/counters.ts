/** How often each point of the code was passed since this was last cleared. Empty unless scripts/fuzz-bundle.mjs put points into it. */
export const pointHits = new Uint16Array((globalThis as { FUZZ_POINTS?: number }).FUZZ_POINTS ?? 0);
