const GRAPHEMES = new Intl.Segmenter()

/** Characters that terminals draw two columns wide: East Asian scripts and emoji. */
const WIDE =
  /^(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6])|\ufe0f/u
const NO_WIDTH = /^\p{Mark}+$/u

/** Cuts a line to as many columns of a terminal; where it was cut, it ends in `…`. */
export function cutToWidth(line: string, columns: number): string {
  // A column holds at least one character, so the rest is not even looked at.
  if (line.length <= columns && !/[^\x20-\x7e]/.test(line)) return line
  let width = 0
  let kept = ''
  let fits = ''
  for (const { segment } of GRAPHEMES.segment(line)) {
    width += widthOf(segment)
    if (width > columns) return `${fits}…`
    kept += segment
    if (width < columns) fits = kept
  }
  return kept
}

/** How many columns a text takes. */
export function measureWidth(text: string): number {
  return [...GRAPHEMES.segment(text)].reduce((sum, { segment }) => sum + widthOf(segment), 0)
}

function widthOf(grapheme: string): number {
  if (NO_WIDTH.test(grapheme)) return 0
  return WIDE.test(grapheme) ? 2 : 1
}
