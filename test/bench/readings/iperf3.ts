/** What the receiving side of an iperf3 run saw. */
export interface Received {
  readonly bytes: number;
  readonly bitsPerSecond: number;
  readonly seconds: number;
}

/** As far as it is used. */
interface Report {
  readonly error?: string;
  readonly end?: { readonly sum_received?: Sum; readonly sum_received_bidir_reverse?: Sum };
}

interface Sum {
  readonly seconds: number;
  readonly bytes: number;
  readonly bits_per_second: number;
}

/**
 * Reads what `iperf3 -c … -J` prints. Both ways are added up where there are two.
 *
 * @throws what iperf3 says went wrong, or that nothing was received
 */
export function readIperf3(json: string): Received {
  const { error, end } = parse(json);
  if (error !== undefined) throw new Error(`iperf3: ${error}`);
  const sums = [end?.sum_received, end?.sum_received_bidir_reverse].filter((sum) => sum !== undefined);
  const received = {
    bytes: total(sums.map((sum) => sum.bytes)),
    bitsPerSecond: total(sums.map((sum) => sum.bits_per_second)),
    seconds: Math.max(0, ...sums.map((sum) => sum.seconds)),
  };
  if (!(received.bytes > 0 && received.seconds > 0)) throw new Error("iperf3: nothing was received");
  return received;
}

function parse(json: string): Report {
  try {
    return JSON.parse(json) as Report;
  } catch {
    throw new Error(`iperf3: ${json.trim() || "no output"}`);
  }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
