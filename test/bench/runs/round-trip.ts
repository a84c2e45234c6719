import { readRoundTrips } from "../readings/round-trips.js";
import { quantile } from "../statistics.js";
import type { Run } from "./run.js";

/** Between two pings. */
const INTERVAL_SECONDS = 0.01;

export const roundTrip: Run = {
  title: "ping",
  gives: ["ping", "pingP99"],
  appliesTo: () => true,
  seconds: ({ pings }) => pings * INTERVAL_SECONDS + 0.1,
  async take({ place }, { pings }) {
    const { a } = place.machines;
    const { stdout } = await a.run(["ping", "-n", "-c", String(pings), "-i", String(INTERVAL_SECONDS), "-W", "1", place.inner.b]);
    const times = readRoundTrips(stdout);
    if (times.length === 0) throw new Error("no ping was answered");
    return { ping: quantile(times, 0.5), pingP99: quantile(times, 0.99) };
  },
};
