/** Records as Codex writes them, about an invented session. */
export type CodexRecord = Readonly<Record<string, unknown>>

export const PARENT = '019b0000-1111-7aaa-8bbb-000000000001'
export const PARENT_PATH = `2026/01/05/rollout-2026-01-05T10-00-00-${PARENT}.jsonl`

let second = 0

export function record(type: string, payload: CodexRecord, rest: CodexRecord = {}): CodexRecord {
  second += 1
  return { timestamp: time(second), type, payload, ...rest }
}

export function time(at: number): string {
  return new Date(Date.UTC(2026, 0, 5, 9, 0, at)).toISOString()
}

export function meta(id: string, rest: CodexRecord = {}): CodexRecord {
  const payload = { id, cwd: '/home/kim/orchard', originator: 'codex-tui', cli_version: '0.142.0', source: 'cli' }
  return record('session_meta', { ...payload, git: { branch: 'main' }, ...rest })
}

export function event(type: string, rest: CodexRecord = {}): CodexRecord {
  return record('event_msg', { type, ...rest })
}

export function message(role: string, text: string): CodexRecord {
  const type = role === 'assistant' ? 'output_text' : 'input_text'
  return record('response_item', { type: 'message', role, content: [{ type, text }] })
}

/** A prompt as it is written: as message first, then as event. */
export function prompt(text: string): readonly CodexRecord[] {
  return [message('user', text), event('user_message', { message: text, images: [], local_images: [] })]
}

/** An answer as it is written: as event first, then as message. */
export function answer(text: string, phase = 'final_answer'): readonly CodexRecord[] {
  return [event('agent_message', { message: text, phase }), message('assistant', text)]
}
