/** A list of prefixes in no more space than there is: `10.1.0.0/24 +3` says that three more follow. */

/** @param width at least this much is used, for one prefix is always shown */
export function formatPrefixes(prefixes: readonly string[], width: number): string {
  if (prefixes.length === 0) return "(none)";
  for (let shown = prefixes.length; shown > 1; shown--) {
    const text = shortened(prefixes, shown);
    if (text.length <= width) return text;
  }
  return shortened(prefixes, 1);
}

function shortened(prefixes: readonly string[], shown: number): string {
  const hidden = prefixes.length - shown;
  return `${prefixes.slice(0, shown).join(",")}${hidden === 0 ? "" : ` +${hidden}`}`;
}
