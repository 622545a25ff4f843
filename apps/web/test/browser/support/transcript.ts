import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { InventedSession, Words } from './invented-sessions.ts'

/** The file that an agent would write about a session, line by line. */
export class Transcript {
  readonly #session: InventedSession
  readonly #path: string
  readonly uuid: string

  constructor(home: string, session: InventedSession, index: number) {
    this.#session = session
    this.uuid = `0199a8c2-5b1e-7c1d-9f00-${String(index).padStart(12, '0')}`
    this.#path = join(
      home,
      session.agent === 'codex'
        ? `.codex/sessions/2026/01/01/rollout-2026-01-01T00-00-00-${this.uuid}.jsonl`
        : `.claude/projects/-home-ada-${session.project}/${this.uuid}.jsonl`,
    )
    mkdirSync(dirname(this.#path), { recursive: true })
  }

  /** What was said before turnlog was started, a minute or so between any two. */
  writePast(now: number): void {
    const { words, endedBefore, agent } = this.#session
    const begin = now - (endedBefore + words.length * 1.4) * 60_000
    if (agent === 'codex') this.#append(this.#codexBegin(begin))
    for (const [index, said] of words.entries()) this.say(said, begin + (index + 1) * 1.4 * 60_000)
  }

  say(words: Words, at: number): void {
    this.#append(this.#session.agent === 'codex' ? codexLine(words, at) : this.#claudeLine(words, at))
  }

  #append(line: object): void {
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`)
  }

  #codexBegin(at: number): object {
    const timestamp = new Date(at).toISOString()
    const { project, branch } = this.#session
    const place = { cwd: `/home/ada/${project}`, git: { branch } }
    const payload = {
      id: this.uuid,
      timestamp,
      originator: 'codex-tui',
      cli_version: '0.142.0',
      source: 'cli',
      ...place,
    }
    return { timestamp, type: 'session_meta', payload }
  }

  #claudeLine([who, text]: Words, at: number): object {
    const message =
      who === 'user'
        ? { role: 'user', content: text }
        : {
            id: `msg_${crypto.randomUUID()}`,
            type: 'message',
            role: 'assistant',
            model: 'claude-opus-4-5',
            content: [{ type: 'text', text }],
            stop_reason: 'end_turn',
          }
    return {
      type: who === 'user' ? 'user' : 'assistant',
      uuid: crypto.randomUUID(),
      parentUuid: null,
      timestamp: new Date(at).toISOString(),
      sessionId: this.uuid,
      cwd: `/home/ada/${this.#session.project}`,
      version: '2.1.9',
      gitBranch: this.#session.branch,
      isSidechain: false,
      userType: 'external',
      message,
    }
  }
}

function codexLine([who, message]: Words, at: number): object {
  const payload =
    who === 'user'
      ? { type: 'user_message', message, images: [], text_elements: [] }
      : { type: 'agent_message', message, phase: 'commentary' }
  return { timestamp: new Date(at).toISOString(), type: 'event_msg', payload }
}
