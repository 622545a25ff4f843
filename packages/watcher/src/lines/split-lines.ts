const NEWLINE = 0x0a

/**
 * Cuts lines, a character for each byte, and gives each line's place: `[start, end)` without the newline. Only 0x0A
 * ends a line, in UTF-8 never part of a longer character; what follows the last one is left alone. Empty lines in a row
 * are given as one, which then holds newlines: there can be a quarter of a million in a chunk.
 *
 * @param onLine returns false to end early
 * @returns where the last line given ended, newline included
 */
export function splitLines(lines: string, from: number, onLine: (start: number, end: number) => boolean): number {
  let start = from
  for (;;) {
    let end = lines.indexOf('\n', start)
    if (end === -1) return start
    if (end === start) while (lines.charCodeAt(end + 1) === NEWLINE) end += 1
    const goesOn = onLine(start, end)
    start = end + 1
    if (!goesOn) return start
  }
}
