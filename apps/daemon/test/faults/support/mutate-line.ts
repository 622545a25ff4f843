import type { Random } from './random.ts'

/** A line as bytes, without its newline, that was damaged or made strange in some way. */
export type Mutation = (line: Buffer, random: Random) => Buffer

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

const DEPTH = 10_000

/** Ways in which a disk, a crash or a newer program can spoil a line. */
const DAMAGE: Readonly<Record<string, Mutation>> = {
  bitFlips: (line, random) => {
    const bytes = Buffer.from(line)
    for (let flips = random.between(1, 20); flips > 0; flips -= 1) {
      const at = random.between(0, bytes.length - 1)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7))
    }
    return bytes
  },
  cut: (line, random) => line.subarray(0, random.between(0, line.length)),
  beheaded: (line, random) => line.subarray(random.between(0, line.length)),
  hole: (line, random) => splice(line, random, Buffer.alloc(0)),
  splicedIntoItself: (line, random) => {
    const from = random.between(0, line.length)
    return splice(line, random, line.subarray(from, random.between(from, line.length)))
  },
  twoGlued: (line) => Buffer.concat([line, line]),
  nulRun: (line, random) => splice(line, random, Buffer.alloc(random.between(1, 4_096))),
  invalidUtf8: (line, random) => splice(line, random, random.pick(INVALID_UTF8)),
  control: (line, random) =>
    splice(line, random, Buffer.from(random.pick(['\r', '\ufeff', '\u2028', '\t', '\n', '\x1b']))),
  loneSurrogate: (line, random) =>
    insertIntoString(line, random, random.pick(['\\ud83d', '\\udc00\\ud800', '\\u0000'])),
}

const INVALID_UTF8 = [
  [0xff],
  [0xc3],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x9f, 0x99],
  [0xc0, 0x80],
  [0xf8, 0x88, 0x80, 0x80],
].map((bytes) => Buffer.from(bytes))

/** Values that no program should write there. The text of a value, so that it need not be one that JSON can hold. */
const STRANGE_VALUES: readonly string[] = [
  '1e400',
  '-1e400',
  '1e-400',
  '9'.repeat(400),
  '-0',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '"__proto__"',
  '{"__proto__":{"type":"user"}}',
  '"0000-00-00T00:00:00Z"',
  '"275761-01-01T00:00:00Z"',
  '"\\ud800"',
  '"\\u0000"',
  '[[[null]]]',
  `"${'long '.repeat(4_000)}"`,
]

const DEEP_VALUES: readonly string[] = [
  `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`,
  `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`,
  '['.repeat(DEPTH),
]

/** A mutation of a line, chosen at random: of its bytes, or of one value in it. */
export function mutateLine(line: Buffer, random: Random): Buffer {
  if (random.next() < 0.5) return random.pick(Object.values(DAMAGE))(line, random)
  return replaceValue(line, random, random.pick(random.next() < 0.03 ? DEEP_VALUES : STRANGE_VALUES))
}

function splice(line: Buffer, random: Random, insertion: Buffer): Buffer {
  const from = random.between(0, line.length)
  const to = Math.min(line.length, from + random.between(0, 40))
  return Buffer.concat([line.subarray(0, from), insertion, line.subarray(to)])
}

function insertIntoString(line: Buffer, random: Random, insertion: string): Buffer {
  const text = line.toString()
  const letters = [...text.matchAll(/[a-z]{2}/g)]
  const at = random.pick(letters).index + 1
  return Buffer.from(`${text.slice(0, at)}${insertion}${text.slice(at)}`)
}

/** Puts a text in the place of one value, however deep it stands. */
function replaceValue(line: Buffer, random: Random, text: string): Buffer {
  const root = JSON.parse(line.toString()) as Json
  const places: (() => void)[] = []
  collectPlaces(root, places)
  random.pick(places)()
  return Buffer.from(JSON.stringify(root).replace(`"${PLACE}"`, () => text))
}

const PLACE = '(the value that is replaced)'

function collectPlaces(value: Json, places: (() => void)[]): void {
  if (typeof value !== 'object' || value === null) return
  const container = value as Record<string, Json>
  for (const key of Object.keys(container)) {
    places.push(() => {
      container[key] = PLACE
    })
    collectPlaces(container[key] as Json, places)
  }
}
