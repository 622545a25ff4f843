import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { promptLine } from '../support/claude-lines.ts'
import { startRecording } from './support/recording.ts'

test('while files grow and are rewritten and a watcher catches up, verify finds pending bytes and no gaps', {
  timeout: 240_000,
}, async () => {
  await using recording = await startRecording({ files: 20, bytesPerSecond: 3_000_000 })
  const { machine } = recording
  for (let look = 0; look < 6; look += 1) {
    const lines = Array.from({ length: 50 + look }, (_, line) => promptLine(`r${look}-${line}`, `rewritten ${look}`))
    writeFileSync(machine.transcript('rewritten'), lines.join(''))
    const { code, output } = await machine.run('verify')
    expect(output).toMatch(/Every byte is accounted for\.$/)
    expect(code).toBe(0)
  }
})
