import { stripVTControlCharacters } from 'node:util'

/** Text longer than this is cut before it is looked at: nobody reads more of it in a line. */
const LONGEST = 8_000

/** C0 controls but for tab and line feed, DEL, and the C1 controls, some of which begin escape sequences by themselves. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
/** Marks that change the direction of what follows, or that nobody sees. */
const INVISIBLE =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/**
 * Makes text of unknown origin harmless to a terminal: nothing in it moves the cursor, changes colours, titles or the
 * clipboard, reverses the line, or hides. Escape sequences vanish; what is left of controls shows as a picture of itself.
 * Lines stay lines.
 */
export function toPrintable(text: string): string {
  return stripVTControlCharacters(text.slice(0, LONGEST))
    .replaceAll(/\r\n?|[\u2028\u2029\u0085\v\f]/g, '\n')
    .replaceAll('\t', '  ')
    .replaceAll(CONTROLS, toPicture)
    .replaceAll(INVISIBLE, '')
    .toWellFormed()
}

/** The same in one line. */
export function toPrintableLine(text: string): string {
  return toPrintable(text)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
}

function toPicture(control: string): string {
  const code = control.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : '\ufffd'
}
