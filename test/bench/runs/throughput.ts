import type { Subject } from "../bed.js";
import { SIDES } from "../contenders/contender.js";
import { processorSeconds } from "../readings/process-times.js";
import { measureWithIperf3 } from "./iperf3-run.js";
import type { Run, Settings } from "./run.js";

const seconds = (settings: Settings) => settings.seconds;
const appliesTo = () => true;

const oneStream: Run = {
  title: "one TCP stream",
  gives: ["tcp", "cpu"],
  appliesTo,
  seconds,
  async take(subject, settings) {
    const before = agentSeconds(subject);
    const { bitsPerSecond, bytes } = await measureWithIperf3(subject, settings.seconds);
    const after = agentSeconds(subject);
    const tcp = bitsPerSecond / 1e9;
    return before === undefined || after === undefined ? { tcp } : { tcp, cpu: (after - before) / (bytes / 1e9) };
  },
};

const fourStreams: Run = {
  title: "four TCP streams",
  gives: ["tcp4"],
  appliesTo,
  seconds,
  take: async (subject, settings) => ({
    tcp4: (await measureWithIperf3(subject, settings.seconds, "-P", "4")).bitsPerSecond / 1e9,
  }),
};

const bothWays: Run = {
  title: "one TCP stream each way",
  gives: ["bidir"],
  appliesTo,
  seconds,
  take: async (subject, settings) => ({
    bidir: (await measureWithIperf3(subject, settings.seconds, "--bidir")).bitsPerSecond / 1e9,
  }),
};

const smallDatagrams: Run = {
  title: "UDP, 64 bytes",
  gives: ["udp64"],
  appliesTo,
  seconds,
  async take(subject, settings) {
    const received = await measureWithIperf3(subject, settings.seconds, "-u", "-b", "0", "-l", "64");
    return { udp64: received.bytes / 64 / received.seconds / 1e3 };
  },
};

const largeDatagrams: Run = {
  title: "UDP, 1,300 bytes",
  gives: ["udp1300"],
  appliesTo,
  seconds,
  async take(subject, settings) {
    const received = await measureWithIperf3(subject, settings.seconds, "-u", "-b", "0", "-l", "1300");
    return { udp1300: (received.bytes * 8) / received.seconds / 1e6 };
  },
};

export const THROUGHPUT: readonly Run[] = [oneStream, fourStreams, bothWays, smallDatagrams, largeDatagrams];

/** Of the agents of both sides so far. */
function agentSeconds({ agents }: Subject): number | undefined {
  return agents && SIDES.reduce((sum, side) => sum + processorSeconds(agents[side]), 0);
}
