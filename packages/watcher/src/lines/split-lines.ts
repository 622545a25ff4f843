/**
 * Cuts lines, a character for each byte, and tells each line's place: `[start, end)` without the newline. Only 0x0A
 * ends a line, in UTF-8 never part of a longer character; what follows the last one is left alone.
 *
 * @returns where the last complete line ended, newline included
 */
export function splitLines(lines: string, from: number, onLine: (start: number, end: number) => void): number {
  let start = from
  for (;;) {
    const newline = lines.indexOf('\n', start)
    if (newline === -1) return start
    onLine(start, newline)
    start = newline + 1
  }
}
