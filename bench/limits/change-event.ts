import { appendFileSync, closeSync, openSync, readSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Scratch } from '../machine/scratch.ts'

/** Limit d: from an append to its bytes, by the system's word that the file changed. @returns milliseconds, one for each */
export async function measureChangeEvents(count: number): Promise<readonly number[]> {
  using scratch = new Scratch()
  const path = join(scratch.path, 'file')
  writeFileSync(path, '')
  const file = openSync(path, 'r')
  const buffer = Buffer.alloc(4096)
  const times: number[] = []
  let begin = 0
  const watcher = watch(scratch.path, () => {
    if (readSync(file, buffer) > 0) times.push(performance.now() - begin)
  })
  for (let index = 0; index < count; index += 1) {
    begin = performance.now()
    appendFileSync(path, 'x'.repeat(590))
    await sleep(5)
  }
  watcher.close()
  closeSync(file)
  return times
}
