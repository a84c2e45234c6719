/** How long the tests take that scripts/stress.sh lengthens. */

/** Megabytes each way through a bad path. */
export const STREAM_MEGABYTES = Number(process.env.TUNVPN_STRESS_MEGABYTES ?? 64);

/** Seconds of mixed load. */
export const MIXED_SECONDS = Number(process.env.TUNVPN_STRESS_SECONDS ?? 50);

/** Seconds for which an agent is stopped, as a machine that sleeps. */
export const ASLEEP_SECONDS = Number(process.env.TUNVPN_STRESS_ASLEEP ?? 20);
