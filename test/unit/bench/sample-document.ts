import { type BenchDocument, type Circumstances, makeDocument } from "../../bench/document.js";
import { MEASURE_IDS, type MeasureId } from "../../bench/measures.js";
import type { Failure } from "../../bench/session.js";

export const CIRCUMSTANCES: Circumstances = {
  kind: "quick",
  date: "2024-02-29",
  machine: {
    processor: "Fast & <Small>",
    cores: 2,
    memoryGb: 16,
    kernel: "6.1.0",
    node: "v20.19.0",
    congestionControl: "cubic",
    autogroup: true,
    load: 0.25,
  },
  settings: { rounds: 3, rareRounds: 1, seconds: 1, pings: 100, idleSeconds: 5, mtu: 1420 },
  tunvpn: { box: "avx512", offloads: ["tso", "gro"], queues: 1 },
  contenders: ["tunvpn", "no-cipher", "veth", "wireguard-go"].map((name) => ({ name, version: `${name.length}.0` })),
  missing: [{ name: "tinc", reason: "not installed" }],
};

/** Samples by measure, then contender. */
export type SampleTable = Partial<Record<MeasureId, Readonly<Record<string, readonly number[]>>>>;

export const SAMPLES: SampleTable = {
  tcp: { tunvpn: [6, 5, 7], "no-cipher": [9, 8, 10], veth: [20, 20, 20], "wireguard-go": [2, 1.9, 2.1] },
  udp64: { tunvpn: [150, 140, 160], "wireguard-go": [60, 50, 70] },
  ping: { tunvpn: [0.2, 0.1, 0.3], "wireguard-go": [0.4, 0.4, 0.4] },
  memory: { tunvpn: [120] },
};

export function sampleDocument(changes: Partial<Circumstances> = {}, table = SAMPLES, failures: readonly Failure[] = []): BenchDocument {
  const samples = new Map(MEASURE_IDS.flatMap((id) => (table[id] ? [[id, new Map(Object.entries(table[id]))] as const] : [])));
  return makeDocument({ ...CIRCUMSTANCES, ...changes }, { samples, failures }, MEASURE_IDS);
}
