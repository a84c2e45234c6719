/** Three significant digits, and every digit before the point. */
export function formatValue(value: number): string {
  if (value === 0) return "0";
  // What rounds up to a digit more shows one less behind the point.
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Number(value.toPrecision(3)))));
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))(?<![.]\d*)/g, ",");
}

/** How many times the other. */
export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(ratio < 9.995 ? 2 : 1)}x`;
}
