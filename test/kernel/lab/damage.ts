/** Reasons to drop what was damaged on the way, or joined or split wrongly; others tell of load, or of datagrams that came twice. */
const DAMAGE = /^(type|length|reserved|version|index|kind|counter|auth|inner|source|malformed|too-big)$/;

/** Those of the drops that a sound path never causes. */
export function damageIn(drops: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(drops).filter(([reason]) => DAMAGE.test(reason)));
}
