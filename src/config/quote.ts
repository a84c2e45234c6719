const SHOWN = 60;

/**
 * A piece of the file as messages show it: one line, short, unable to drive a terminal, and without anything that is long
 * enough to be a key, since a slip of the hand can put a secret into any value.
 */
export function quote(text: string): string {
  const safe = text.replace(/[A-Za-z0-9+/]{40,}={0,2}/g, "(hidden)").replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
  const characters = Array.from(safe);
  return `"${characters.length > SHOWN ? `${characters.slice(0, SHOWN).join("")}…` : safe}"`;
}
