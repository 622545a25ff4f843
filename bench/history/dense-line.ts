import { randomUUID } from 'node:crypto'

const LINE_BYTES = 590
const FILLING = 'The quick brown fox jumps over the lazy dog. '.repeat(12)

export interface DenseLine {
  readonly uuid: string
  /** With its line break. */
  readonly line: string
}

/** A line of 590 bytes that is a turn. */
export function createDenseLine(session: string): DenseLine {
  const uuid = randomUUID()
  const head = `{"parentUuid":null,"isSidechain":false,"userType":"external","cwd":"/home/ada/engine","sessionId":"${session}","version":"2.1.40","gitBranch":"main","type":"user","message":{"role":"user","content":"`
  const tail = `"},"uuid":"${uuid}","timestamp":"${new Date().toISOString()}"}\n`
  return { uuid, line: head + FILLING.slice(0, LINE_BYTES - head.length - tail.length) + tail }
}
