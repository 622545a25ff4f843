import { expect, test } from 'vitest'
import { StatusTeller } from '../../src/watcher/status-teller.ts'
import type { WatcherMessage } from '../../src/watcher/watcher-message.ts'

function problemOf(timesLost: number): { readonly key?: string | undefined; readonly sentence?: string | undefined } {
  const sent: WatcherMessage[] = []
  const send = (message: unknown): Promise<boolean> => {
    sent.push(message as WatcherMessage)
    return Promise.resolve(true)
  }
  using teller = new StatusTeller({ send }, [])
  teller.waitForOther('laptop', 'turnlog watcher, process 7 on laptop', timesLost)
  const [problem] = sent[0]?.problems ?? []
  return { key: problem?.key, sentence: problem?.sentence }
}

test('a watcher that waits for another one names it', () => {
  const { key, sentence } = problemOf(0)
  expect(key).toBe('watcher:other')
  expect(sentence).toMatch(
    /records the transcripts of laptop into this database \(turnlog watcher, process 7 on laptop\)/,
  )
})

test('a lease that is lost once says nothing more; lost twice, two daemons share a state directory or a host name', () => {
  expect(problemOf(1).key).toBe('watcher:other')
  const { key, sentence } = problemOf(2)
  expect(key).toBe('watcher:shared')
  expect(sentence).toMatch(/happened 2 times: two daemons share this state directory or this host name/)
})
