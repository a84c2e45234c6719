/** The figures that are told, in the table's order. */
export interface Measure {
  readonly title: string;
  readonly unit: string;
  readonly better: "more" | "less";
  /** What the number says, where the title does not. */
  readonly note?: string;
}

export const MEASURES = {
  tcp: { title: "one TCP stream", unit: "Gbit/s", better: "more" },
  tcp4: { title: "four TCP streams", unit: "Gbit/s", better: "more" },
  bidir: { title: "one TCP stream each way", unit: "Gbit/s", better: "more", note: "the sum of both ways" },
  udp64: { title: "UDP, 64 bytes", unit: "k/s", better: "more", note: "packets received, the sender at its limit" },
  udp1300: { title: "UDP, 1,300 bytes", unit: "Mbit/s", better: "more", note: "payload received, the sender at its limit" },
  ping: { title: "ping, median", unit: "ms", better: "less", note: "round trip through the idle tunnel" },
  pingP99: { title: "ping, 99 of 100", unit: "ms", better: "less", note: "99th percentile of the same pings" },
  cpu: { title: "CPU time a gigabyte", unit: "s", better: "less", note: "both agents together, over the one TCP stream, per 10^9 bytes" },
  idleCpu: { title: "CPU, idle", unit: "%", better: "less", note: "of one core, one agent with an established session" },
  memory: { title: "memory, 1 peer", unit: "MB", better: "less", note: "VmRSS of an idle agent with two queues" },
  memory10000: {
    title: "memory, 10,000 peers",
    unit: "MB",
    better: "less",
    note: "VmRSS of an idle agent with two queues, 3 prefixes a peer",
  },
  start: {
    title: "start, 1 peer",
    unit: "s",
    better: "less",
    note: "from the start of `tunvpn up` until the kernel tells that the interface is up",
  },
  start10000: {
    title: "start, 10,000 peers",
    unit: "s",
    better: "less",
    note: "until the kernel tells that the interface is up, 3 prefixes a peer",
  },
  ready: {
    title: "ready, 1 peer",
    unit: "s",
    better: "less",
    note: "from the start of `tunvpn up` until it returns, with addresses and routes in",
  },
  ready10000: { title: "ready, 10,000 peers", unit: "s", better: "less", note: "until `tunvpn up` returns, 3 prefixes a peer" },
  lookup: {
    title: "route lookup",
    unit: "ns",
    better: "less",
    note: "30,000 prefixes, each lookup waiting for the last, the slowest of the tables",
  },
} as const satisfies Record<string, Measure>;

export type MeasureId = keyof typeof MEASURES;

export const MEASURE_IDS = Object.keys(MEASURES) as MeasureId[];

export function measure(id: MeasureId): Measure {
  return MEASURES[id];
}
