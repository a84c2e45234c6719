/** How words are set off on a terminal. The text itself is the same with and without. */
export interface Style {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  careful(text: string): string;
  bad(text: string): string;
}

/** For pipes, files, and people who set NO_COLOR. */
export const PLAIN: Style = { strong: asItIs, faint: asItIs, good: asItIs, careful: asItIs, bad: asItIs };

/** ECMA-48 sequences that every terminal of today understands. */
export const COLOURED: Style = {
  strong: painted(1, 22),
  faint: painted(2, 22),
  good: painted(32, 39),
  careful: painted(33, 39),
  bad: painted(31, 39),
};

function asItIs(text: string): string {
  return text;
}

function painted(on: number, off: number): (text: string) => string {
  return (text) => (text === "" ? "" : `\u{1b}[${on}m${text}\u{1b}[${off}m`);
}
