import { expect, test } from 'vitest'
import { byAttention, decideAttention } from '../../client/stores/decide-attention.ts'

const NOW = Date.parse('2026-01-02T12:00:00Z')

function session(actor: string | null, secondsAgo: number, state: 'active' | 'idle' | 'ended' = 'active') {
  return {
    state,
    last_activity_at: new Date(NOW - secondsAgo * 1000).toISOString(),
    last_turn: actor === null ? null : { id: '1', actor, kind: null, model: null, text: '', is_cut: false },
  }
}

test('an agent that spoke and then said nothing for a while waits for its user', () => {
  expect(decideAttention(session('agent', 44), NOW)).toBe('working')
  expect(decideAttention(session('agent', 46), NOW)).toBe('waiting')
  expect(decideAttention(session('agent', 5_000, 'idle'), NOW)).toBe('waiting')
})

test('an agent that has not answered for minutes is silent', () => {
  expect(decideAttention(session('user', 299), NOW)).toBe('working')
  expect(decideAttention(session('user', 301), NOW)).toBe('silent')
})

test('a session in which nothing was said yet is at work, and later silent', () => {
  expect(decideAttention(session(null, 10), NOW)).toBe('working')
  expect(decideAttention(session(null, 1_000), NOW)).toBe('silent')
})

test('a session that ended needs nobody', () => {
  expect(decideAttention(session('agent', 600, 'ended'), NOW)).toBe('ended')
})

test('a clock that runs ahead makes nothing urgent', () => {
  expect(decideAttention(session('agent', -60), NOW)).toBe('working')
})

test('those that wait come first, and among them the latest', () => {
  const sessions = [session('agent', 5), session('agent', 60), session('user', 400), session('agent', 900)]
  expect(byAttention(sessions, NOW).map(({ attention }) => attention)).toEqual([
    'waiting',
    'waiting',
    'silent',
    'working',
  ])
  expect(byAttention(sessions, NOW)[0]?.last_activity_at).toBe(sessions[1]?.last_activity_at)
})
