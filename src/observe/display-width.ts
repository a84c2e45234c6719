/**
 * Columns that a text takes on a terminal, as far as Unicode's own properties tell: wide letters and pictures take two,
 * combining marks none.
 */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return Array.from(GRAPHEMES.segment(text)).reduce(
    (width, { segment }) => width + (WIDE.test(segment) && !HALF_WIDTH.test(segment) ? 2 : 1),
    0,
  );
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Scripts of square letters, their punctuation and full-width forms, and what is shown as a picture. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Yi}\p{Emoji_Presentation}\u{3000}-\u{303e}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}]/u;

/** Narrow forms of wide letters. */
const HALF_WIDTH = /[\u{ff61}-\u{ffdc}]/u;
