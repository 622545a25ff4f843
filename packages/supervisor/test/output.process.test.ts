import { expect, test, vi } from 'vitest'
import { askStatus, fixture, startSupervisor, supervise, until } from './support.ts'

test('400 MiB without a newline are one line that is cut, and the supervisor answers meanwhile', async () => {
  const flood = 'printf begin; sleep 0.5; head -c 419430400 /dev/zero; echo; echo after; sleep 60'
  using supervisor = startSupervisor({ command: '/bin/sh', args: ['-c', flood] })
  await supervisor.next('ready')
  while (!supervisor.facts.some(({ text }) => text === 'after')) await askStatus(supervisor)
  expect(supervisor.facts.filter(({ what }) => what === 'line')).toMatchObject([
    { text: expect.stringMatching(/^begin/), cut: true },
    { text: 'after', cut: false },
  ])
})

test('a line that is too long is cut and said to be, its neighbours are whole', async () => {
  const { child, lines, all } = supervise({
    command: '/bin/sh',
    args: ['-c', "echo before; head -c 10485760 /dev/zero | tr '\\0' x; echo; echo after >&2; echo after; sleep 60"],
  })
  child.start()
  await until(() => lines.length >= 4)
  const stdout = lines.filter(({ stream }) => stream === 'stdout')
  expect(stdout.map(({ text, cut }) => [text.length, cut])).toEqual([
    [6, false],
    [65_536, true],
    [5, false],
  ])
  expect(all('outputCut')).toMatchObject([{ facts: { stream: 'stdout', bytes: 10_485_760 - 65_536 } }])
})

test('bytes that are not UTF-8 harm nobody', async () => {
  const { child, lines } = supervise({
    command: '/bin/sh',
    args: ['-c', "printf 'a\\377b\\n\\000\\nc'; exec sleep 60"],
  })
  child.start()
  await until(() => lines.length === 2)
  await child.stop()
  expect(lines.map(({ text }) => text)).toEqual(['a\ufffdb', '\0', 'c'])
})

test('lines that are written in pieces are handed out whole, in order', async () => {
  const script =
    'for i in 1 2 3; do printf "out $i "; printf "err $i " >&2; sleep 0.02; echo end; echo end >&2; done; sleep 60'
  const { child, lines } = supervise({ command: '/bin/sh', args: ['-c', script] })
  child.start()
  await until(() => lines.length === 6)
  for (const [stream, word] of [
    ['stdout', 'out'],
    ['stderr', 'err'],
  ] as const) {
    const texts = lines.filter((line) => line.stream === stream).map(({ text }) => text)
    expect(texts).toEqual([1, 2, 3].map((count) => `${word} ${count} end`))
  }
})

test('what a child writes last, a mebibyte right before its exit, is all there when the stop is done', async () => {
  const { child, lines } = supervise({ modulePath: fixture('writes-and-exits') })
  child.start()
  await child.whenReady()
  await child.stop()
  expect(lines).toHaveLength(16_385)
  expect(lines.at(-1)?.text).toBe('the last line')
  expect(child.status().lastExit).toMatchObject({ code: 0 })
})

test('the last words of a child that crashed at once are not lost', async () => {
  const { child, lines } = supervise({
    command: '/bin/sh',
    args: ['-c', 'seq 1 2000; echo farewell >&2; kill -9 $$'],
    restart: { maxRestarts: 0 },
  })
  child.start()
  await until(() => lines.length === 2_001)
  expect(lines.filter(({ stream }) => stream === 'stderr')).toMatchObject([{ text: 'farewell' }])
})

test('a listener that throws does no harm, and is told as a warning', async () => {
  using warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const broken = new Error('the listener is broken')
  const { child } = supervise({
    modulePath: fixture('obedient'),
    report: {
      ready: () => {
        throw broken
      },
    },
  })
  child.start()
  await child.whenReady()
  expect(child.status().state).toBe('running')
  expect(warn).toHaveBeenCalledWith(broken)
})

test('a child that floods its output stalls neither itself nor its neighbour', async () => {
  let written = 0
  const neighbour = supervise({ modulePath: fixture('obedient') })
  const flooding = supervise({ command: 'yes', output: () => written++ })
  neighbour.child.start()
  await neighbour.child.whenReady()
  flooding.child.start()
  await until(() => written > 1_000_000)
  process.kill(neighbour.child.status().pid as number, 'SIGKILL')
  await until(() => neighbour.all('ready').length === 2)
  const before = written
  await until(() => written > before + 1_000_000)
  expect(neighbour.child.status().restartCount).toBe(1)
  expect(flooding.child.status()).toMatchObject({ state: 'running', restartCount: 0 })
  await flooding.child.stop()
  expect(flooding.child.status()).toMatchObject({ state: 'stopped', lastExit: { reason: 'stop', signal: 'SIGTERM' } })
})
