import { eventKey } from '@turnlog/schema'
import { describe, expect, test } from 'vitest'
import { codex } from '../../src/formats/codex/index.ts'
import {
  answer,
  type CodexRecord,
  event,
  message,
  meta,
  PARENT,
  PARENT_PATH,
  prompt,
  record,
  time,
} from './codex-records.ts'
import { type ParsedTranscript, parseValues, toEntries } from './parse-transcript.ts'

const CHILD = '019b0001-1111-7aaa-8bbb-000000000002'
const CHILD_PATH = `2026/01/05/rollout-2026-01-05T10-10-00-${CHILD}.jsonl`
const PARENT_TURN = '019b0000-9999-7aaa-8bbb-000000000001'
const CHILD_TURN = '019b0001-9999-7aaa-8bbb-000000000001'

function parse(...values: readonly CodexRecord[]): ParsedTranscript {
  return parseValues(codex, PARENT_PATH, values)
}

function said(...values: readonly CodexRecord[]): readonly string[] {
  return parse(...values).turns.map(({ payload }) => `${payload.kind}: ${payload.text}`)
}

describe('identity', () => {
  const identity = { transcript: PARENT, sessionUuid: PARENT, agentId: null, conversation: true }

  test('is the uuid of the rollout, in whatever folder', () => {
    expect(codex.identify(PARENT_PATH)).toEqual(identity)
    expect(codex.identify(`archived_sessions/rollout-2026-01-05T10-00-00-${PARENT}.jsonl`)).toEqual(identity)
  })

  test('is the same for the compressed copy', () => {
    expect(codex.identify(`${PARENT_PATH}.zst`)).toEqual({ ...identity, compressed: true })
  })
})

describe('a turn', () => {
  test('carries what its record and the context say', () => {
    const context = record('turn_context', { cwd: '/home/kim/orchard/east', model: 'gpt-pear' })
    const reply = event('agent_message', { message: 'Twelve.' })
    const values = [meta(PARENT), context, reply]
    const offset = toEntries(values)[2]?.offset
    expect(parse(...values).turns).toEqual([
      {
        event_type: 'turn_detected',
        event_key: eventKey('turn_detected', ['codex', PARENT, `@${offset}`]),
        timestamp: reply.timestamp,
        payload: {
          session_uuid: PARENT,
          actor: 'agent',
          kind: 'reply',
          text: 'Twelve.',
          source: 'watch',
          agent: 'codex',
          turn_timestamp: reply.timestamp,
          turn_uuid: expect.any(String),
          model: 'gpt-pear',
          project_path: '/home/kim/orchard/east',
          git_branch: 'main',
        },
      },
    ])
  })

  test('has the time of its name’s uuid where no record told one', () => {
    const [turn] = parse({ type: 'message', role: 'user', content: 'Hello' }).turns
    expect(turn?.payload).toMatchObject({
      timestamp_source: 'transcript_name',
      turn_timestamp: '2025-12-08T22:06:03.025Z',
    })
  })

  test('keeps type and size of an image, never the image', () => {
    const [turn] = parse(
      event('user_message', { message: 'What is this?', images: ['data:image/png;base64,QUJDREU='] }),
    ).turns
    expect(turn?.payload.attachments).toEqual([{ type: 'image', media_type: 'image/png', bytes: 5 }])
    expect(JSON.stringify(turn)).not.toContain('QUJDREU')
  })

  test('in a running exchange that was already begun is steering', () => {
    const running = [event('task_started', { turn_id: 't1' }), ...prompt('Count'), ...prompt('pears too')]
    const rest = [event('task_complete', { turn_id: 't1' }), ...prompt('Thanks')]
    expect(said(...running, ...rest)).toEqual(['prompt: Count', 'steering: pears too', 'prompt: Thanks'])
  })

  test('is what stands below the heading where an editor wrote the prompt', () => {
    const text = '# Context from my IDE setup:\n\n## Open tabs:\n- a.ts\n\n## My request for Codex:\nExplain a.ts\n'
    expect(said(...prompt(text))).toEqual(['prompt: Explain a.ts'])
  })

  test('is a command that the human ran', () => {
    const text = '<user_shell_command>\n<command>\ngit pull\n</command>\n<result>\nok\n</result>\n</user_shell_command>'
    expect(said(message('user', text))).toEqual(['bash_input: git pull'])
  })
})

describe('words that are written twice', () => {
  test('count once', () => {
    expect(said(...prompt('Count'), ...answer('Twelve.'), ...prompt('Thanks'))).toEqual([
      'prompt: Count',
      'reply: Twelve.',
      'prompt: Thanks',
    ])
  })

  test('count once where item, event and message repeat them', () => {
    const item = event('item_completed', {
      item: { type: 'AgentMessage', content: [{ type: 'Text', text: 'Twelve.' }] },
    })
    expect(said(item, ...answer('Twelve.'))).toEqual(['reply: Twelve.'])
  })

  test('are said again when they come again', () => {
    expect(said(...prompt('yes'), ...answer('Done.'), ...prompt('yes'), ...answer('Done.'))).toHaveLength(4)
  })

  test('are no copies where they stand twice on the same side', () => {
    const yes = event('user_message', { message: 'yes' })
    expect(said(yes, yes)).toHaveLength(2)
    expect(said(message('user', 'yes'), message('user', 'yes'))).toHaveLength(2)
  })

  test('are said again where the two sides are far apart', () => {
    const between = Array.from({ length: 30 }, () => event('token_count'))
    const item = event('item_completed', { item: { type: 'UserMessage', content: 'yes' } })
    expect(said(event('user_message', { message: 'yes' }), ...between, item)).toHaveLength(2)
  })

  test('are taken from messages in files without events', () => {
    expect(said(message('user', 'Count'), message('assistant', 'Twelve.'))).toEqual(['prompt: Count', 'reply: Twelve.'])
  })

  test('leave other messages under the user’s name to be injected context once prompts have events', () => {
    expect(said(...prompt('Count'), message('user', 'Warning: too many processes'), ...answer('Twelve.'))).toHaveLength(
      2,
    )
  })
})

describe('no turn', () => {
  test.each<readonly [string, CodexRecord]>([
    ['injected_context', message('user', '# AGENTS.md instructions for /home/kim')],
    ['injected_context', message('user', '<environment_context><cwd>/x</cwd></environment_context>')],
    ['injected_context', message('user', '<turn_aborted>\nstopped\n</turn_aborted>')],
    ['injected_context', message('user', '<brand_new_context>x</brand_new_context>')],
    ['injected_context', message('developer', 'Be brief.')],
    ['injected_context', event('user_message', { message: 'x', kind: 'user_instructions' })],
    ['injected_context', event('user_message', { message: '# Context from my IDE setup:\n\n## Open tabs:\n- a.ts' })],
    ['compact_summary', record('compacted', { message: 'They counted apples.' })],
    ['bookkeeping', event('task_complete', { last_agent_message: 'Twelve.' })],
    ['thinking', event('agent_reasoning', { text: 'Hm.' })],
    ['tool_use', record('response_item', { type: 'function_call' })],
    ['not_human', record('response_item', { type: 'agent_message', content: [{ type: 'input_text', text: 'done' }] })],
    ['no_words', event('user_message', {})],
    ['unknown_type', event('brand_new_event')],
  ])('%s', (reason, value) => {
    expect(parse(value).outcomes[0]?.skipped).toBe(reason)
  })
})

describe('registration', () => {
  test('comes with the first session_meta', () => {
    const head = meta(PARENT)
    expect(parse(head, meta(PARENT)).registrations).toEqual([
      {
        event_type: 'session_registered',
        event_key: eventKey('session_registered', ['codex', PARENT]),
        timestamp: head.timestamp,
        payload: {
          agent: 'codex',
          session_uuid: PARENT,
          project_path: '/home/kim/orchard',
          working_directory: '/home/kim/orchard',
          agent_version: '0.142.0',
          git_branch: 'main',
        },
      },
    ])
  })

  test('comes with the first turn where the head is missing', () => {
    expect(parse(event('token_count'), ...prompt('Hello')).registrations[0]?.payload).toMatchObject({
      session_uuid: PARENT,
      project_path: '',
    })
  })

  test('of a subagent names its parent, whose prompts are delegations', () => {
    const source = { subagent: { thread_spawn: { parent_thread_id: PARENT, depth: 1 } } }
    const { registrations, turns } = parseValues(codex, CHILD_PATH, [
      meta(CHILD, { source }),
      ...prompt('Find ladders'),
    ])
    expect(registrations[0]?.payload.parent_session_uuid).toBe(PARENT)
    expect(turns[0]?.payload).toMatchObject({ actor: 'agent', kind: 'delegation', is_sidechain: true, agent_id: CHILD })
  })
})

describe('a fork', () => {
  /** The copy of a history, as it is written at one moment. */
  function copied(values: readonly CodexRecord[], at: number): readonly CodexRecord[] {
    return values.map((value) => ({ ...value, timestamp: time(at) }))
  }

  function compare(history: readonly CodexRecord[], own: readonly CodexRecord[]) {
    const parent = parse(meta(PARENT), ...history)
    const head = { ...meta(CHILD, { forked_from_id: PARENT }), timestamp: time(9000) }
    const child = parseValues(codex, CHILD_PATH, [head, ...copied([meta(PARENT), ...history], 9000), ...own])
    return { parent, child }
  }

  const twice = [...prompt('yes'), ...answer('Done.'), ...prompt('yes')]

  test.each([
    [
      'turn ids that tell their time',
      [event('task_started', { turn_id: PARENT_TURN }), ...twice],
      [event('task_started', { turn_id: CHILD_TURN }), ...prompt('yes')],
    ],
    ['turn ids that do not', [event('task_started', { turn_id: 't1' }), ...twice], copied(prompt('yes'), 9060)],
    ['no turn ids', twice, copied(prompt('yes'), 9060)],
  ])('with %s keeps its parent’s history, and tells it from its own words', (_, history, own) => {
    const { parent, child } = compare(history, own)
    const copies = child.turns.slice(0, -1)
    expect(copies.map(({ payload }) => payload.turn_uuid)).toEqual(parent.turns.map(({ payload }) => payload.turn_uuid))
    expect(copies.map(({ payload }) => payload.replayed_from_session_uuid)).toEqual([PARENT, PARENT, PARENT])
    const last = child.turns.at(-1)?.payload
    expect(last).toMatchObject({ session_uuid: CHILD, text: 'yes' })
    expect(last?.replayed_from_session_uuid).toBeUndefined()
    expect(new Set(child.turns.map(({ payload }) => payload.turn_uuid)).size).toBe(4)
  })

  test('with turn ids that tell their time can take long to copy', () => {
    const began = event('task_started', { turn_id: PARENT_TURN })
    const late = copied(prompt('first'), 9060)
    const { child } = compare([began], late)
    expect(child.turns[0]?.payload.replayed_from_session_uuid).toBe(PARENT)
  })

  test('is none where another session’s head stands among what was said', () => {
    const { turns } = parse(meta(PARENT), ...prompt('first'), meta(CHILD), ...prompt('second'))
    expect(turns.map(({ payload }) => payload.replayed_from_session_uuid)).toEqual([undefined, undefined])
  })

  test('registers itself alone', () => {
    const { child } = compare(twice, [])
    expect(child.registrations.map(({ payload }) => payload)).toMatchObject([
      { session_uuid: CHILD, forked_from_session_uuid: PARENT },
    ])
  })

  test('of a fork attributes each turn to the session in which it was said', () => {
    const GRANDCHILD = '019b0002-1111-7aaa-8bbb-000000000003'
    const history = [
      meta(CHILD),
      meta(PARENT),
      event('task_started', { turn_id: PARENT_TURN }),
      ...prompt('first'),
      event('task_started', { turn_id: CHILD_TURN }),
      ...prompt('second'),
    ]
    const { turns } = parseValues(codex, `rollout-x-${GRANDCHILD}.jsonl`, [meta(GRANDCHILD), ...history])
    expect(turns.map(({ payload }) => payload.replayed_from_session_uuid)).toEqual([PARENT, CHILD])
  })
})
