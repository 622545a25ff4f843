import { expect, test } from 'vitest'
import { type ClaimFacts, decideClaim, STALE_AFTER_MS } from '../../src/daemon/decide-claim.ts'

/** The first start on a directory. */
const first: ClaimFacts = { hasLock: true, control: 'absent', holder: null, hasChanged: false, observedMs: 0 }

test.each<[string, Partial<ClaimFacts>, ReturnType<typeof decideClaim>]>([
  ['a directory that was never used', {}, 'take'],
  ['one whose daemon of this place was killed', { holder: 'same' }, 'take'],
  ['one where another program answers on the socket of a killed daemon', { holder: 'same', control: 'silent' }, 'take'],
  ['one whose daemon answers', { control: 'answered' }, 'refuse'],
  ['one whose daemon answers in another container', { holder: 'same_machine', control: 'answered' }, 'refuse'],
  ['one whose lock is held, at first', { hasLock: false }, 'observe'],
  ['one whose lock is held, if a record appears', { hasLock: false, holder: 'same', hasChanged: true }, 'refuse'],
  ['one whose lock is held and nothing else shows a daemon', { hasLock: false, observedMs: STALE_AFTER_MS }, 'take'],
  ['one that another machine used, at first', { holder: 'other_machine' }, 'observe'],
  ['one that another machine uses', { holder: 'other_machine', hasChanged: true }, 'refuse'],
  ['one that another machine used', { holder: 'other_machine', observedMs: STALE_AFTER_MS }, 'take'],
  ['one from before the machine was restarted', { holder: 'earlier_boot', observedMs: STALE_AFTER_MS }, 'take'],
  ['one with half a record, at first', { holder: 'unknown' }, 'observe'],
  ['one with half a record', { holder: 'unknown', observedMs: STALE_AFTER_MS }, 'take'],
  [
    'one whose daemon is stopped in another container',
    { holder: 'same_machine', control: 'silent', observedMs: STALE_AFTER_MS },
    'refuse',
  ],
])('%s', (_, facts, decision) => {
  expect(decideClaim({ ...first, ...facts })).toBe(decision)
})
