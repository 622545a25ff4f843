import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'

const MODULE = new URL('../src/testing/exit-with-parent.ts', import.meta.url)
const CHILD = `import { exitWithParent } from ${JSON.stringify(MODULE.href)}
exitWithParent(async () => console.log('cleaned up'))
console.log('waiting')
setInterval(() => {}, 1_000)`
/** Starts the child, whose output is this process's own, and stays. */
const PARENT = `require('node:child_process').spawn(process.execPath, ['--input-type=module-typescript', '-e', ${JSON.stringify(CHILD)}],
  { stdio: 'inherit' })
setInterval(() => {}, 1_000)`

test('a helper program cleans up and exits when the process that started it is killed', async () => {
  const parent = spawn(process.execPath, ['-e', PARENT], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  // Ends when the child has exited as well: it holds the other end of this pipe.
  for await (const line of createInterface(parent.stdout)) {
    lines.push(line)
    if (line === 'waiting') parent.kill('SIGKILL')
  }
  expect(lines).toEqual(['waiting', 'cleaned up'])
})
