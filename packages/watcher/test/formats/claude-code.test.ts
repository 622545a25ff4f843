import { eventKey } from '@turnlog/schema'
import { describe, expect, test } from 'vitest'
import { claudeCode } from '../../src/formats/claude-code/index.ts'
import {
  assistant,
  type Line,
  line,
  queue,
  SESSION,
  SESSION_PATH,
  says,
  time,
  toolResult,
  user,
  uses,
} from './claude-code-lines.ts'
import { FILE_TIME, parseValues, type Turn, toEntries } from './parse-transcript.ts'

const FLAT_SUBAGENT = '-home-kim-orchard/agent-4ed9b522.jsonl'
const NESTED_SUBAGENT = `-home-kim-orchard/${SESSION}/subagents/agent-a1b2c3d.jsonl`

function turnsOf(...values: readonly Line[]): readonly Turn[] {
  return parseValues(claudeCode, SESSION_PATH, values).turns
}

function said(...values: readonly Line[]): readonly string[] {
  return turnsOf(...values).map(({ payload }) => `${payload.kind}: ${payload.text}`)
}

function whySkipped(value: Line): string | null | undefined {
  return parseValues(claudeCode, SESSION_PATH, [value]).outcomes[0]?.skipped
}

describe('identity', () => {
  test('is the session for a main transcript, whatever its folder', () => {
    const identity = { transcript: SESSION, sessionUuid: SESSION, agentId: null, conversation: true }
    expect(claudeCode.identify(`-home-kim-orchard/${SESSION}.jsonl`)).toEqual(identity)
    expect(claudeCode.identify(`C--orchard/${SESSION}.jsonl`)).toEqual(identity)
  })

  test('names the parent of a nested subagent, also one of a workflow', () => {
    const identity = {
      transcript: `${SESSION}/agent-a1b2c3d`,
      sessionUuid: SESSION,
      agentId: 'a1b2c3d',
      conversation: true,
    }
    expect(claudeCode.identify(NESTED_SUBAGENT)).toEqual(identity)
    expect(claudeCode.identify(`f/${SESSION}/subagents/workflows/wf/agent-a1b2c3d.jsonl`)).toEqual(identity)
  })

  test('leaves the parent of a flat subagent to its lines', () => {
    const identity = { transcript: 'agent-4ed9b522', sessionUuid: null, agentId: '4ed9b522', conversation: true }
    expect(claudeCode.identify(FLAT_SUBAGENT)).toEqual(identity)
  })

  test('tells files that are no conversation', () => {
    expect(claudeCode.identify(`f/${SESSION}/subagents/agent-acompact-0a1b2c.jsonl`)?.conversation).toBe(false)
    expect(claudeCode.identify('f/agent-aprompt_suggestion-0a1b2c.jsonl')?.conversation).toBe(false)
  })
})

describe('a turn', () => {
  test('carries what its line says', () => {
    const prompt = user('Count the apples')
    const [turn] = turnsOf(prompt)
    expect(turn).toEqual({
      event_type: 'turn_detected',
      event_key: eventKey('turn_detected', ['claude_code', SESSION, String(prompt.uuid)]),
      timestamp: prompt.timestamp,
      payload: {
        session_uuid: SESSION,
        actor: 'user',
        kind: 'prompt',
        text: 'Count the apples',
        source: 'watch',
        agent: 'claude_code',
        turn_timestamp: prompt.timestamp,
        turn_uuid: prompt.uuid,
        parent_turn_uuid: prompt.parentUuid,
        project_path: '/home/kim/orchard',
        git_branch: 'main',
      },
    })
  })

  test('of the agent names message and model', () => {
    const [turn] = turnsOf(assistant('m1', says('Twelve.')))
    expect(turn?.payload).toMatchObject({ actor: 'agent', kind: 'reply', message_id: 'm1', model: 'claude-pear-4' })
  })

  test('is each line with words, also where one message has several', () => {
    expect(said(assistant('m1', says('One.')), assistant('m1', uses('t')), assistant('m1', says('Two.')))).toEqual([
      'reply: One.',
      'reply: Two.',
    ])
  })

  test('joins the blocks of one line, blank ones left out, and keeps white space as it was written', () => {
    const content = [says('\n\nOne. '), says('\n\n'), says('Two.')]
    expect(turnsOf(assistant('m1', says(''), { message: { id: 'm1', content } }))[0]?.payload.text).toBe(
      '\n\nOne. \n\nTwo.',
    )
  })

  test('is the same one where a uuid comes twice, even with other words', () => {
    const prompt = user('Count')
    const keys = turnsOf(prompt, { ...prompt, message: { role: 'user', content: 'Count!' } }).map(
      (turn) => turn.event_key,
    )
    expect(new Set(keys).size).toBe(1)
  })

  test('is three where the same words are said three times', () => {
    expect(said(user('continue'), user('continue'), user('continue'))).toHaveLength(3)
  })

  test('is known by its byte offset where the line has no uuid', () => {
    const values = [{ type: 'mode' }, { type: 'user', message: { content: 'Hello' } }]
    const offset = toEntries(values)[1]?.offset
    expect(turnsOf(...values)[0]?.event_key).toBe(eventKey('turn_detected', ['claude_code', SESSION, `@${offset}`]))
  })

  test('keeps the session that its line names, if it is not that of the file', () => {
    const [turn] = turnsOf(user('Hello', { sessionId: 'another' }))
    expect(turn?.payload).toMatchObject({ session_uuid: SESSION, entry_session_uuid: 'another' })
  })

  test('has the time of the line before if its own is none', () => {
    const [before, turn] = turnsOf(user('One'), user('Two', { timestamp: 'yesterday' }))
    expect(turn?.payload.timestamp_source).toBe('inherited')
    expect(turn?.timestamp).toBe(before?.timestamp)
  })

  test('has the time of the file if no line before it has one', () => {
    const [turn] = turnsOf({ type: 'user', message: { content: 'Hello' } })
    expect(turn?.payload).toMatchObject({ timestamp_source: 'file', turn_timestamp: FILE_TIME })
    expect(turn?.timestamp).toBe(FILE_TIME)
  })

  test('keeps type and size of an image, never the image', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'QUJDREU=' } }
    const [turn] = turnsOf(user([image, says('What is this?')]))
    expect(turn?.payload.attachments).toEqual([{ type: 'image', media_type: 'image/png', bytes: 5 }])
    expect(JSON.stringify(turn)).not.toContain('QUJDREU')
  })

  test('can be an image alone', () => {
    const image = { type: 'image', source: { type: 'url', url: 'https://example.org/pear.png' } }
    expect(turnsOf(user([image]))[0]?.payload).toMatchObject({ text: '', attachments: [{ type: 'image' }] })
  })

  test('is what the human typed beside a tool result', () => {
    expect(said(user([toolResult('t1', 'ok'), says('yes, and add a test')]))).toEqual(['prompt: yes, and add a test'])
  })
})

describe('kinds', () => {
  test.each([
    [
      '<command-name>/clear</command-name>\n  <command-message>clear</command-message>\n  <command-args></command-args>',
      'slash_command: /clear',
    ],
    [
      '<command-message>plant is running…</command-message>\n<command-name>/plant</command-name>\n<command-args>a pear tree</command-args>',
      'slash_command: /plant a pear tree',
    ],
    ['<bash-input>git pull</bash-input>', 'bash_input: git pull'],
    ['Implement the following plan:\n\n1. Dig', 'plan: Implement the following plan:\n\n1. Dig'],
    ['<b>bold</b> words are mine', 'prompt: <b>bold</b> words are mine'],
    ['<ide_selection>line 3</ide_selection>Explain this', 'prompt: Explain this'],
    ['[Request interrupted by user] is what it says', 'prompt: [Request interrupted by user] is what it says'],
  ])('%s', (text, expected) => {
    expect(said(user(text))).toEqual([expected])
  })

  test('a plan that was handed over is known by its field', () => {
    expect(said(user('Plant the tree', { planContent: '1. Dig' }))).toEqual(['plan: Plant the tree'])
  })

  test('what the editor shows is left out', () => {
    const blocks = [says('<ide_opened_file>tree.ts</ide_opened_file>'), says('Explain')]
    expect(said(user(blocks))).toEqual(['prompt: Explain'])
  })
})

describe('no turn', () => {
  test.each<readonly [string, Line]>([
    ['tool_result', user([toolResult('t1')])],
    ['command_output', user('<local-command-stdout></local-command-stdout>')],
    ['command_output', user('<bash-stderr>no such file</bash-stderr>')],
    ['meta', user('Base directory for this skill: x', { isMeta: true })],
    [
      'meta',
      user('Caveat: The messages below were generated by the user while running local commands. DO NOT respond'),
    ],
    ['compact_summary', user('This session is being continued', { isCompactSummary: true })],
    ['interrupt', user([says('[Request interrupted by user for tool use]')])],
    ['interrupt', user([toolResult('t1'), says('[Request interrupted by user]')])],
    ['not_human', user('<task-notification>\n<task-id>b1</task-id></task-notification>')],
    ['not_human', user('<teammate-message teammate_id="lead">go</teammate-message>')],
    ['not_human', user('<channel source="mail">go</channel>')],
    ['not_human', user('Anything', { origin: { kind: 'task-notification' } })],
    ['injected_context', user([says('<ide_selection>x</ide_selection>')])],
    ['no_words', user('  \n')],
    ['no_words', { type: 'user' }],
    ['no_words', { type: 'user', message: null }],
    ['thinking', assistant('m1', { type: 'thinking', thinking: 'Hm.' })],
    ['tool_use', assistant('m1', uses('t1'))],
    ['no_words', assistant('m1', says('\n\n'))],
    ['synthetic', line('assistant', { message: { model: '<synthetic>', content: [says('No response requested.')] } })],
    ['synthetic', assistant('m1', says('API Error: 529'), { isApiErrorMessage: true })],
    ['bookkeeping', line('progress', { data: { type: 'agent_progress', message: user('copy') } })],
    ['bookkeeping', { type: 'last-prompt', lastPrompt: 'Count the app' }],
    [
      'not_human',
      line('attachment', { attachment: { type: 'queued_command', prompt: 'x', commandMode: 'task-notification' } }),
    ],
  ])('%s', (reason, value) => {
    expect(whySkipped(value)).toBe(reason)
  })

  test('but an origin that says human counts for more than how the text begins', () => {
    expect(said(user('<channel news> is broken', { origin: { kind: 'human' } }))).toHaveLength(1)
  })
})

describe('steering', () => {
  const waits = queue('enqueue', { content: 'use tabs' })

  test('that was absorbed is a turn, known by where it was enqueued', () => {
    const values = [user('start'), waits, queue('remove')]
    const [, turn] = turnsOf(...values)
    const offset = toEntries(values)[1]?.offset
    expect(turn?.event_key).toBe(eventKey('turn_detected', ['claude_code', SESSION, `@${offset}`]))
    expect(turn?.payload).toMatchObject({
      actor: 'user',
      kind: 'steering',
      text: 'use tabs',
      turn_timestamp: waits.timestamp,
    })
    expect(turn?.payload.turn_uuid).toBeUndefined()
  })

  test('that was absorbed and written again before the next message is one turn', () => {
    const again = [assistant('m1', uses('t1')), user([toolResult('t1')]), user('use tabs')]
    expect(said(assistant('m1', uses('t0')), waits, queue('remove'), ...again)).toEqual(['steering: use tabs'])
  })

  test('that is said again after the next message is another turn', () => {
    const later = [assistant('m2', says('Tabs it is.')), user('use tabs')]
    expect(said(waits, queue('remove'), ...later)).toEqual([
      'steering: use tabs',
      'reply: Tabs it is.',
      'prompt: use tabs',
    ])
  })

  test('is one turn together with its attachment, whichever comes first', () => {
    const attachment = line('attachment', {
      attachment: { type: 'queued_command', prompt: 'use tabs', commandMode: 'prompt' },
    })
    expect(said(waits, queue('remove'), attachment)).toEqual(['steering: use tabs'])
    expect(said(waits, attachment, queue('remove'))).toEqual(['steering: use tabs'])
    expect(said(attachment)).toEqual(['steering: use tabs'])
  })

  test('that waited for the end of the turn is the line that it becomes', () => {
    expect(said(waits, queue('dequeue'), user('use tabs'))).toEqual(['prompt: use tabs'])
    expect(said(waits, user('use tabs'), queue('remove'))).toEqual(['prompt: use tabs'])
  })

  test('that was taken back is none', () => {
    expect(said(waits, queue('popAll', { content: 'use tabs' }), queue('remove'))).toEqual([])
  })

  test('that was never sent is none', () => {
    expect(said(waits)).toEqual([])
  })

  test('is removed in the order in which it was typed, or by its words', () => {
    const other = queue('enqueue', { content: 'and add a test' })
    expect(said(waits, other, queue('remove'), queue('remove'))).toEqual([
      'steering: use tabs',
      'steering: and add a test',
    ])
    expect(said(waits, other, queue('remove', { content: 'and add a test' }))).toEqual(['steering: and add a test'])
  })

  test('is not confused by notifications that wait with it', () => {
    const notification = queue('enqueue', { content: '<task-notification>done</task-notification>' })
    expect(said(notification, waits, queue('remove'))).toEqual(['steering: use tabs'])
  })

  test('that a killed session left behind is not taken for what is typed later', () => {
    const later = [user('Hello again'), queue('enqueue', { content: 'use spaces' }), queue('remove')]
    expect(said(waits, ...later)).toEqual(['prompt: Hello again', 'steering: use spaces'])
  })

  test('can be a command', () => {
    expect(said(queue('enqueue', { content: '/mcp' }), queue('remove'))).toEqual(['slash_command: /mcp'])
    expect(said(queue('enqueue', { content: '/etc/hosts is wrong' }), queue('remove'))).toEqual([
      'steering: /etc/hosts is wrong',
    ])
  })
})

describe('subagents', () => {
  const prompt = user('Find ladders', { isSidechain: true, agentId: 'a1b2c3d' })

  test.each([
    ['in a nested file', NESTED_SUBAGENT, 'a1b2c3d'],
    ['in a flat file', FLAT_SUBAGENT, '4ed9b522'],
    ['inline', SESSION_PATH, 'a1b2c3d'],
  ])('%s speak in the session of the parent, and their prompt is the agent’s', (_, path, agentId) => {
    const { turns } = parseValues(claudeCode, path, [prompt])
    expect(turns[0]?.payload).toMatchObject({
      session_uuid: SESSION,
      agent_id: agentId,
      is_sidechain: true,
      actor: 'agent',
      kind: 'delegation',
    })
  })

  test('do not register the session, which the parent’s file does', () => {
    expect(parseValues(claudeCode, NESTED_SUBAGENT, [prompt]).registrations).toEqual([])
    expect(parseValues(claudeCode, FLAT_SUBAGENT, [prompt]).registrations).toEqual([])
  })
})

describe('registration', () => {
  test('comes with the first line that tells the directory', () => {
    const first = line('progress', { data: {} })
    const { outcomes, registrations } = parseValues(claudeCode, SESSION_PATH, [{ type: 'mode' }, first, user('Hello')])
    expect(outcomes[1]?.events).toEqual(registrations)
    expect(registrations).toEqual([
      {
        event_type: 'session_registered',
        event_key: eventKey('session_registered', ['claude_code', SESSION]),
        timestamp: first.timestamp,
        payload: {
          agent: 'claude_code',
          session_uuid: SESSION,
          project_path: '/home/kim/orchard',
          working_directory: '/home/kim/orchard',
          agent_version: '2.1.40',
          git_branch: 'main',
        },
      },
    ])
  })

  test('comes with the first turn where no line tells the directory', () => {
    const hello = { type: 'user', uuid: 'u1', timestamp: time(1), message: { content: 'Hello' } }
    const { registrations } = parseValues(claudeCode, SESSION_PATH, [{ type: 'mode' }, hello])
    expect(registrations[0]?.payload).toMatchObject({ project_path: '', working_directory: '' })
  })

  test('of a fork gives copies their own keys and the same turn_uuid', () => {
    const shared = user('Hello')
    const [parent] = turnsOf(shared)
    const fork = 'f/1c8e6b41-0000-4000-8000-000000000009.jsonl'
    const [copy] = parseValues(claudeCode, fork, [
      { ...shared, sessionId: '1c8e6b41-0000-4000-8000-000000000009' },
    ]).turns
    expect(copy?.payload.turn_uuid).toBe(parent?.payload.turn_uuid)
    expect(copy?.event_key).not.toBe(parent?.event_key)
  })
})
