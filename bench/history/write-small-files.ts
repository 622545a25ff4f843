import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createDenseLine } from './dense-line.ts'

const FOLDERS = 400
const HOUR_MS = 3_600_000

/** The paths of the first of these transcripts. */
export function smallFiles(home: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => pathOf(home, index))
}

function sessionOf(index: number): string {
  return `${String(index).padStart(8, '0')}-2222-4333-8444-555555555555`
}

function pathOf(home: string, index: number): string {
  return join(home, '.claude/projects', `-home-ada-${index % FOLDERS}`, `${sessionOf(index)}.jsonl`)
}

/** Many short transcripts that nobody writes to any more, over many projects. @returns their bytes */
export function writeSmallFiles(home: string, files: number, linesPerFile: number): number {
  let bytes = 0
  for (let index = 0; index < files; index += 1) {
    const session = sessionOf(index)
    const path = pathOf(home, index)
    if (index < FOLDERS) mkdirSync(dirname(path), { recursive: true })
    const content = Array.from({ length: linesPerFile }, () => createDenseLine(session).line).join('')
    writeFileSync(path, content)
    const time = (Date.now() - 24 * HOUR_MS - index * 60_000) / 1000
    utimesSync(path, time, time)
    bytes += content.length
  }
  return bytes
}
