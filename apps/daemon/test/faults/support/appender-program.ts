/**
 * Appends transcript lines to files in pieces that end anywhere: in the middle of a line, of a word, of a character.
 * Arguments: seed, bytes per second, most bytes, files. A line on stdin ends it, with all lines finished. The end of
 * stdin, which comes when its test is gone, ends it as it is.
 */
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promptLine } from '../../support/claude-lines.ts'
import { createRandom } from './random.ts'

const [seed = '1', bytesPerSecond = '300000', mostBytes = '0', ...paths] = process.argv.slice(2)
const LONGEST_ROUND_MS = 50
const random = createRandom(Number(seed))
const WORDS = ['one', 'naïve', 'größer', '漢字', '🙂', 'a\u2028b', '\\n', 'x'.repeat(700)]
const files = paths.map((path, index) => ({ path, index, lines: 0, waiting: Buffer.alloc(0) }))
type File = (typeof files)[number]

let finishing = false
process.stdin.once('data', () => {
  finishing = true
})
process.stdin.once('end', () => {
  if (!finishing) process.exit(1)
})

const begun = performance.now()
let written = 0
while (!finishing) {
  // A machine that is too busy for the rate must not keep it from being told to finish.
  const roundEnds = performance.now() + LONGEST_ROUND_MS
  while (isLate() && performance.now() < roundEnds) written += append(random.pick(files), random.between(1, 1_500))
  await sleep(2)
}
for (const file of files) append(file, file.waiting.length)
process.exit(0)

function isLate(): boolean {
  const due = ((performance.now() - begun) / 1000) * Number(bytesPerSecond)
  return written < Math.min(due, Number(mostBytes))
}

function append(file: File, bytes: number): number {
  while (file.waiting.length < bytes) file.waiting = Buffer.concat([file.waiting, nextLine(file)])
  appendFileSync(file.path, file.waiting.subarray(0, bytes))
  file.waiting = file.waiting.subarray(bytes)
  return bytes
}

function nextLine(file: File): Buffer {
  const text = `${file.index}/${file.lines} ${random.pick(WORDS)} ${random.pick(WORDS)}`
  file.lines += 1
  return Buffer.from(promptLine(`f${file.index}-${file.lines}`, text))
}
