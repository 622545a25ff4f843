/** Lines as Claude Code writes them, about an invented session. */
export type Line = Readonly<Record<string, unknown>>

export const SESSION = '0b9f7a52-6c1d-4e8a-9f30-2d4c5b6a7e81'
export const SESSION_PATH = `-home-kim-orchard/${SESSION}.jsonl`

let number = 0

/** A line with the envelope that most types share. */
export function line(type: string, rest: Line): Line {
  number += 1
  return {
    parentUuid: `line-${number - 1}`,
    isSidechain: false,
    userType: 'external',
    cwd: '/home/kim/orchard',
    sessionId: SESSION,
    version: '2.1.40',
    gitBranch: 'main',
    type,
    uuid: `line-${number}`,
    timestamp: time(number),
    ...rest,
  }
}

export function time(second: number): string {
  return new Date(Date.UTC(2026, 0, 5, 9, 0, second)).toISOString()
}

export function user(content: unknown, rest: Line = {}): Line {
  return line('user', { message: { role: 'user', content }, ...rest })
}

/** One block of the agent's message, which is how each line is written. */
export function assistant(messageId: string, block: Line, rest: Line = {}): Line {
  const message = { id: messageId, role: 'assistant', model: 'claude-pear-4', content: [block], stop_reason: null }
  return line('assistant', { message, requestId: `req_${messageId}`, ...rest })
}

export function says(text: string): Line {
  return { type: 'text', text }
}

export function uses(id: string): Line {
  return { type: 'tool_use', id, name: 'Bash', input: { command: 'true' } }
}

export function toolResult(id: string, content: unknown = 'done'): Line {
  return { type: 'tool_result', tool_use_id: id, content }
}

export function queue(operation: string, rest: Line = {}): Line {
  number += 1
  return { type: 'queue-operation', operation, timestamp: time(number), sessionId: SESSION, ...rest }
}
