import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../support/until.ts'

const PROGRAM = join(import.meta.dirname, 'support/appender-program.ts')

/** The program that stands for agents in the tests of this folder, with a limit of bytes. */
function startProgram(mostBytes: number) {
  const folder = mkdtempSync(join(tmpdir(), 'appender-'))
  const path = join(folder, 'transcript.jsonl')
  writeFileSync(path, '')
  const args = [PROGRAM, '1', '1000000000', String(mostBytes), path]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'inherit'] })
  return {
    child,
    size: () => statSync(path).size,
    exitCode: once(child, 'exit').then(([code]) => code as number | null),
    [Symbol.dispose]: () => {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true })
    },
  }
}

test('the appender ends when its test is gone', async () => {
  using program = startProgram(100_000)
  await until(program.size, (size) => size > 0)
  program.child.stdin.end()
  expect(await program.exitCode).toBe(1)
})

test('the appender stops at its limit, and still finishes its lines', async () => {
  using program = startProgram(100_000)
  await until(program.size, (size) => size >= 100_000)
  program.child.stdin.write('\n')
  expect(await program.exitCode).toBe(0)
  // One piece over the limit, and the rest of a line.
  expect(program.size()).toBeLessThan(110_000)
})
