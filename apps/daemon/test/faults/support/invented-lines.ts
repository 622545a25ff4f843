import { promptLine } from '../../support/claude-lines.ts'

/** A line about an invented session, with its newline. */
export type InventedLine = (id: string) => string

/** What is written in one format: lines of every kind that words and their neighbourhood come in, and a plain prompt. */
export interface InventedFormat {
  readonly lines: readonly InventedLine[]
  readonly prompt: (id: string, text: string) => string
}

const at = '2026-05-01T10:00:00.000Z'

const CLAUDE_LINES: readonly InventedLine[] = [
  (id) => promptLine(id, `prompt ${id}`),
  (id) =>
    claude('assistant', id, {
      id: `msg-${id}`,
      model: 'pear-4',
      role: 'assistant',
      content: [{ type: 'text', text: `answer ${id}` }],
    }),
  (id) =>
    claude('assistant', id, {
      id: `msg-${id}`,
      model: 'pear-4',
      role: 'assistant',
      content: [{ type: 'tool_use', id, name: 'Bash', input: {} }],
    }),
  (id) =>
    claude('user', id, { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: `done ${id}` }] }),
  (id) =>
    claude('user', id, {
      role: 'user',
      content: [
        { type: 'text', text: `block ${id}` },
        { type: 'image', source: { type: 'base64', data: 'AAAA' } },
      ],
    }),
  (id) =>
    json({ type: 'queue-operation', operation: 'enqueue', timestamp: at, sessionId: 's', content: `steer ${id}` }),
  () => json({ type: 'queue-operation', operation: 'remove', timestamp: at, sessionId: 's' }),
  (id) =>
    json({
      type: 'attachment',
      uuid: id,
      timestamp: at,
      sessionId: 's',
      attachment: { type: 'queued_command', prompt: `queued ${id}` },
    }),
  (id) => json({ type: 'summary', summary: `about ${id}`, leafUuid: id }),
  (id) =>
    json({
      type: 'system',
      subtype: 'compact_boundary',
      uuid: id,
      timestamp: at,
      compactMetadata: { trigger: 'auto', preTokens: 9 },
    }),
]

const CODEX_LINES: readonly InventedLine[] = [
  (id) =>
    codex('response_item', { type: 'message', role: 'user', content: [{ type: 'input_text', text: `prompt ${id}` }] }),
  (id) => codex('event_msg', { type: 'user_message', message: `prompt ${id}`, images: [], local_images: [] }),
  (id) => codex('event_msg', { type: 'agent_message', message: `answer ${id}`, phase: 'final_answer' }),
  (id) =>
    codex('response_item', {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: `answer ${id}` }],
    }),
  (id) =>
    codex('response_item', { type: 'function_call', name: 'shell', call_id: id, arguments: '{"command":["true"]}' }),
  (id) => codex('response_item', { type: 'function_call_output', call_id: id, output: `done ${id}` }),
  (id) => codex('event_msg', { type: 'task_started', turn_id: id, model_context_window: 1 }),
  (id) => codex('turn_context', { turn_id: id, cwd: '/home/ada/engine', model: 'pear-5', effort: 'high' }),
  (id) =>
    codex('session_meta', {
      id,
      cwd: '/home/ada/engine',
      cli_version: '0.142.0',
      source: 'cli',
      git: { branch: 'main' },
    }),
  (id) => codex('compacted', { message: `about ${id}`, replacement_history: [] }),
]

function claude(type: string, uuid: string, message: object): string {
  const envelope = {
    parentUuid: null,
    isSidechain: false,
    userType: 'external',
    cwd: '/home/ada/engine',
    sessionId: 's',
  }
  return json({ ...envelope, version: '2.1.9', type, uuid, timestamp: at, message })
}

function codex(type: string, payload: object): string {
  return json({ timestamp: at, type, payload })
}

function json(value: object): string {
  return `${JSON.stringify(value)}\n`
}

export const CLAUDE: InventedFormat = { lines: CLAUDE_LINES, prompt: promptLine }

export const CODEX: InventedFormat = {
  lines: CODEX_LINES,
  prompt: (_id, text) => codex('event_msg', { type: 'user_message', message: text, images: [], local_images: [] }),
}
