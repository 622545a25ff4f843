import { zstdCompressSync } from 'node:zlib'

/** A file that is no transcript, or one that no agent would write, at a size that once stopped a watcher. */
export interface JunkFile {
  /** What is in it; unique among all. */
  readonly name: string
  /** A compressed rollout of Codex; all others are transcripts of Claude Code. */
  readonly compressed: boolean
  readonly make: () => Buffer
}

const MEGABYTE = 1_000_000

/** What every object has, unless it was made without. */
const PROPERTIES = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__']

/** Every kind of junk that once stopped a watcher. Each is to be skipped or read without holding up other files. */
export const JUNK_FILES: readonly JunkFile[] = [
  plain('newlines', () => repeat('\n', 256 * 1024)),
  plain('lines-of-x', () => repeat('x\n', 20_000)),
  plain('lines-of-numbers', () => lines(30_000, (index) => String(index))),
  plain('one-line-of-brackets', () => line(repeat('[', 4 * MEGABYTE))),
  plain('one-line-of-braces', () => line(repeat('{"', MEGABYTE))),
  plain('one-line-of-small-objects', () => line(repeat('{"a":1}x', 4 * MEGABYTE))),
  plain('an-object-in-an-object', () => line(repeat('{"a":', 4 * MEGABYTE), '1', repeat('}', 4 * MEGABYTE))),
  plain('millions-of-objects', () => line('{"type":"user","x":[', repeat('{},', 10_660_000), '{}]}')),
  plain('millions-of-texts', () =>
    line('{"type":"user","uuid":"t","message":{"content":[', repeat('"a",', 2_500_000), '"a"]}}'),
  ),
  plain('millions-of-nuls', () =>
    line('{"type":"user","uuid":"n","message":{"content":"', repeat('\\u0000', 5 * MEGABYTE), '"}}'),
  ),
  plain('a-long-text-that-waits', () => line(waitingText(20 * MEGABYTE))),
  plain('a-large-entry-behind-a-torn-one', () => line('x', largeEntry(13 * MEGABYTE))),
  plain('a-large-entry', () => line(largeEntry(31 * MEGABYTE))),
  {
    name: 'a-compressed-file-of-newlines',
    compressed: true,
    make: () => zstdCompressSync(Buffer.alloc(100 * MEGABYTE, '\n')),
  },
  plain('a-long-directory-and-many-turns', () => Buffer.concat([longDirectory(), shortTurns(5_000)])),
  plain('types-named-like-properties', () => lines(2_000, (index) => `{"type":"${PROPERTIES[index % 5]}"}`)),
  plain('many-unknown-types', () => lines(300_000, (index) => `{"type":"t${index}"}`)),
]

function plain(name: string, make: () => Buffer): JunkFile {
  return { name, compressed: false, make }
}

function line(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat([...parts, '\n'].map((part) => Buffer.from(part)))
}

function repeat(text: string, count: number): Buffer {
  return Buffer.alloc(Buffer.byteLength(text) * count, text)
}

function lines(count: number, make: (index: number) => string): Buffer {
  return Buffer.from(Array.from({ length: count }, (_, index) => `${make(index)}\n`).join(''))
}

/** The answer of a tool that changed a large file, as Claude Code writes it. */
function largeEntry(bytes: number): Buffer {
  const patchLine = JSON.stringify(' const total = prices.reduce((sum, price) => sum + price, 0)')
  const patch = repeat(`${patchLine},`, Math.floor(bytes / (patchLine.length + 1)))
  return Buffer.concat([
    Buffer.from('{"type":"user","uuid":"p","message":{"content":[{"type":"tool_result"}]},"toolUseResult":'),
    Buffer.from('{"structuredPatch":[{"oldStart":1,"lines":['),
    patch,
    Buffer.from(`${patchLine}]}]}}`),
  ])
}

/** A prompt that was typed while the agent worked, and never sent; until then it is part of what a cursor keeps. */
function waitingText(bytes: number): Buffer {
  const begin = '{"type":"queue-operation","operation":"enqueue","content":"'
  return Buffer.concat([Buffer.from(begin), repeat('word ', bytes / 5), Buffer.from('"}')])
}

function longDirectory(): Buffer {
  return line(JSON.stringify({ type: 'system', cwd: `/${'d'.repeat(50_000)}` }))
}

function shortTurns(count: number): Buffer {
  return lines(count, () => '{"type":"user","message":{"content":"hi"}}')
}
