import { optionInvalid } from "./errors.js";

/** @throws OperatorError OPTION_INVALID unless the text is a whole number in decimal between the two */
export function wholeNumber(option: string, text: string, [least, most]: readonly [number, number], example: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const problem = `${option} ${JSON.stringify(text)} is not a whole number within ${least}–${most}`;
  throw optionInvalid({ problem, option, values: `${least}–${most}`, example: String(example) });
}
