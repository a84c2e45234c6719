/**
 * Text that somebody else chose, so that it cannot drive a terminal or pretend to be something else: whatever is not a visible
 * character or a space stands as its number, `\u{1b}`.
 */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
