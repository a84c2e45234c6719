import type { MeasureId } from "./measures.js";

/** What is wanted of tunvpn: a figure of its own, or one in proportion to another contender's. */
export interface Target {
  readonly contender: string;
  readonly measure: MeasureId;
  /** Divided by the same figure of this one; null for the figure itself. */
  readonly by: string | null;
  readonly wanted: "at least" | "at most";
  readonly limit: number;
}

export const REFERENCE = "wireguard-go";

const beside = (measure: MeasureId, wanted: Target["wanted"], limit: number): Target => ({
  contender: "tunvpn",
  measure,
  by: REFERENCE,
  wanted,
  limit,
});

const alone = (measure: MeasureId, limit: number): Target => ({
  contender: "tunvpn",
  measure,
  by: null,
  wanted: "at most",
  limit,
});

export const TARGETS: readonly Target[] = [
  beside("tcp", "at least", 2.5),
  beside("tcp4", "at least", 2.5),
  beside("bidir", "at least", 2.5),
  beside("udp64", "at least", 3),
  beside("udp1300", "at least", 2.5),
  beside("ping", "at most", 1),
  beside("pingP99", "at most", 1),
  beside("cpu", "at most", 0.45),
  { contender: "tunvpn", measure: "tcp", by: "no-cipher", wanted: "at least", limit: 0.55 },
  { contender: "no-cipher", measure: "tcp", by: REFERENCE, wanted: "at least", limit: 3.5 },
  alone("idleCpu", 0.5),
  alone("memory", 100),
  alone("memory10000", 300),
  alone("start", 0.5),
  alone("start10000", 3),
  alone("lookup", 150),
];

export interface Verdict extends Target {
  readonly value: number;
  readonly met: boolean;
}

/**
 * @param median of a measure and a contender
 * @returns of the targets that can be judged by what was measured
 */
export function judge(median: (measure: MeasureId, contender: string) => number | undefined): Verdict[] {
  return TARGETS.flatMap((target) => {
    const own = median(target.measure, target.contender);
    const other = target.by === null ? 1 : median(target.measure, target.by);
    if (own === undefined || other === undefined) return [];
    const value = own / other;
    return [{ ...target, value, met: target.wanted === "at least" ? value >= target.limit : value <= target.limit }];
  });
}
