import type { StoredEvent } from '@turnlog/database'
import { expect, test } from 'vitest'
import { type EventFormat, formatEvent } from '../../src/tail/format-event.ts'

const said = new Date(2026, 4, 1, 9, 5, 7)
const FORMAT: EventFormat = { colour: false, columns: 80, now: said.getTime() }
const turn = (payload: object, event_type = 'turn_detected'): StoredEvent => ({
  id: '1',
  event_key: '00000000-0000-5000-8000-000000000000',
  event_type,
  timestamp: said.toISOString(),
  recorded_at: said.toISOString(),
  session_uuid: 'abc',
  host: 'here',
  transaction_id: '1',
  payload: { agent: 'claude_code', actor: 'user', project_path: '/home/ada/engine', ...payload },
})

test('says when, who and where, and the words beside it', () => {
  expect(formatEvent(turn({ text: 'Fix the parser' }), FORMAT)).toBe(
    '09:05:07  claude  engine          you       Fix the parser',
  )
})

test('shows the first lines that hold anything, cut to the terminal', () => {
  const text = `${'word '.repeat(20)}\n\n  second\nthird\nfourth`
  const lines = formatEvent(turn({ text, actor: 'agent' }), FORMAT).split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[0]).toHaveLength(80)
  expect(lines[0]).toMatch(/…$/)
  expect(lines[1]).toBe(`${' '.repeat(44)}  second`)
  expect(lines[2]).toBe(`${' '.repeat(44)}third …`)
})

test('says the day of what was said on another one', () => {
  expect(formatEvent(turn({ text: 'x' }), { ...FORMAT, now: said.getTime() + 86_400_000 })).toMatch(
    /^05-01 09:05 {2}claude/,
  )
})

test('tells a subagent from the agent', () => {
  expect(formatEvent(turn({ text: 'x', actor: 'agent', is_sidechain: true }), FORMAT)).toMatch(/subagent {2}x$/)
})

test('lets nothing of an event write to the terminal', () => {
  const evil = '\u001b]0;x\u0007\u001b[2J\u009b1A\u0008'
  const all = { text: evil, agent: evil, actor: evil, project_path: `/a/${evil}`, reason: evil }
  for (const type of ['turn_detected', 'session_ended', 'hook_received', evil]) {
    const shown = formatEvent({ ...turn(all, type), session_uuid: evil }, FORMAT)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  }
})
