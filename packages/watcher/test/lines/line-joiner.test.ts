import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineJoiner } from '../../src/lines/line-joiner.ts'

const KEPT = 4

/** Everything that comes out, with what was dropped as dots. */
function join(
  pieces: readonly Buffer[],
  maxLineBytes: number,
): { readonly lines: string; readonly rest: string | null } {
  const joiner = new LineJoiner({ maxLineBytes, keptBytes: KEPT })
  let lines = ''
  for (const piece of pieces) {
    const joined = joiner.add(piece)
    if (joined !== null) lines += '.'.repeat(joined.dropped) + joined.bytes.toString('latin1')
  }
  return { lines, rest: joiner.rest?.toString('latin1') ?? null }
}

test('whatever pieces they come in, lines come out whole, and long ones with their length', () => {
  const piece = fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.constant(new Uint8Array([0x0a])))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: KEPT, max: 40 }), (pieces, maxLineBytes) => {
      const bytes = Buffer.concat(pieces).toString('latin1')
      const end = bytes.lastIndexOf('\n') + 1
      const { lines, rest } = join(
        pieces.map((part) => Buffer.from(part)),
        maxLineBytes,
      )
      expect(lines).toHaveLength(end)
      for (const [index, line] of bytes.slice(0, end).split('\n').slice(0, -1).entries()) {
        const out = lines.split('\n')[index]
        if (line.length <= maxLineBytes) expect(out).toBe(line)
        else expect(out?.slice(-KEPT)).toBe(line.slice(-KEPT))
      }
      const last = bytes.slice(end)
      expect(rest).toBe(last.length > maxLineBytes ? null : last)
    }),
  )
})
