import { askDaemon, assessAbsence, type HealthDocument } from '@turnlog/health'
import type { LogDatabase } from '../database/log-database.ts'

/** How long an answer is good for those who ask at the same time, in milliseconds. */
const FRESH_MS = 100

/** Asks the daemon how turnlog is; where there is none, tells what the web server knows by itself. */
export class HealthSource {
  readonly #stateDir: string
  readonly #database: LogDatabase
  #latest: { readonly at: number; readonly document: Promise<HealthDocument> } | null = null

  constructor(stateDir: string, database: LogDatabase) {
    this.#stateDir = stateDir
    this.#database = database
  }

  read(): Promise<HealthDocument> {
    const now = performance.now()
    if (this.#latest === null || now - this.#latest.at > FRESH_MS) this.#latest = { at: now, document: this.#ask() }
    return this.#latest.document
  }

  async #ask(): Promise<HealthDocument> {
    const reply = await askDaemon(this.#stateDir, { ask: 'health' })
    if (reply.kind === 'answered' && reply.answer.ok && reply.answer.health) return reply.answer.health
    return assessAbsence(toProblem(reply, this.#stateDir), {
      webPid: process.pid,
      database: await this.#database.check(),
    })
  }
}

function toProblem(reply: Awaited<ReturnType<typeof askDaemon>>, stateDir: string): string {
  if (reply.kind === 'absent')
    return `No daemon runs on ${stateDir}, so nothing is recorded; \`turnlog start\` starts it.`
  const problem = reply.kind === 'silent' ? reply.problem : reply.answer.ok ? 'it knows nothing' : reply.answer.error
  return `The daemon on ${stateDir} could not be asked: ${problem}.`
}
