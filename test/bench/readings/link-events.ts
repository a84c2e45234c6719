/**
 * @param output of `ip -ts -o monitor link`, where local time is UTC
 * @returns when an interface was first told to be up, in milliseconds since 1970; undefined if it was not
 */
export function upSince(output: string, device: string): number | undefined {
  const [, time] = new RegExp(`^\\[([^\\]]+)\\].*: ${device}: <[^>]*\\bUP\\b`, "m").exec(output) ?? [];
  const [, date, fraction] = /^(.+)[.](\d+)$/.exec(time ?? "") ?? [];
  return date === undefined ? undefined : Date.parse(`${date}Z`) + Number(`0.${fraction}`) * 1000;
}
