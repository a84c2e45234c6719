import { expect } from "vitest";
import { type Millis, SECOND } from "../../../src/base/time.js";

/** One figure that is promised, and what came of it. */
interface Row {
  readonly what: string;
  readonly figure: string;
  readonly measured: number;
  readonly most: number;
  readonly unit: string;
}

/** What a file of tests measures, in virtual time: each figure has its bound, and all are printed in the end. */
export class Measured {
  readonly #rows: Row[] = [];

  /** @param figure which of the values; undefined: the only one */
  atMost(what: string, figure: string, measured: number, most: number, unit = "s"): void {
    this.#rows.push({ what, figure, measured, most, unit });
    expect(measured, `${what}, ${figure}`).toBeLessThanOrEqual(most);
  }

  /** A percentile of some durations. @param most in milliseconds */
  percentile(what: string, percent: number, durations: readonly Millis[], most: Millis): void {
    this.atMost(what, `p${percent} of ${durations.length}`, percentileOf(durations, percent) / SECOND, most / SECOND);
  }

  print(): void {
    const rows = this.#rows.map(({ what, figure, measured, most, unit }) => {
      const [value, bound] = [measured, most].map((number) => `${Number(number.toFixed(3))} ${unit}`);
      return `${what.padEnd(66)}${figure.padEnd(14)}${(value ?? "").padStart(12)}   at most ${bound}`;
    });
    process.stdout.write(`\n${rows.join("\n")}\n\n`);
  }
}

/** By nearest rank. */
function percentileOf(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
