import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { TranscriptWatcher } from '../src/index.ts'
import { promptLine } from './support/claude-lines.ts'
import { watchElsewhere } from './support/other-process.ts'
import { has, SESSION, scene, settled } from './support/scene.ts'
import { until } from './support/until.ts'

/** Long enough that nothing in these tests is found by looking again. */
const NEVER_MS = 3_600_000
const ONLY_HINTS = { pollingIntervalMs: NEVER_MS, reconcileIntervalMs: NEVER_MS }
const ONLY_SWEEPS = { pollingIntervalMs: NEVER_MS, reconcileIntervalMs: 30 }
const name = (index: number) =>
  `-home-ada-${index % 7}/${String(index).padStart(8, '0')}-2222-4333-8444-555555555555.jsonl`
const filesIn = (watcher: TranscriptWatcher, count: number) =>
  until(
    () => watcher.status(),
    ({ files }) => files === count,
  )

describe('a line', () => {
  test('written in two halves, with a restart between them, is one event', async () => {
    await using s = scene()
    const line = Buffer.from(promptLine('u1', 'grün 🌱'))
    const cut = line.indexOf('🌱') + 2
    writeFileSync(s.file(), line.subarray(0, cut))
    const first = s.start()
    await first.ready
    await settled(first)
    await first.stop()
    const second = s.start()
    await second.ready
    expect(s.store.texts()).toEqual([])
    appendFileSync(s.file(), line.subarray(cut))
    expect(await until(() => s.store.texts(), has(1))).toEqual(['grün 🌱'])
  })

  test('is the same wherever reads cut it: between bytes of a character, before a newline, after a carriage return', async () => {
    await using s = scene()
    // 20 MB of lines of all lengths, so that the ends of the reads fall everywhere.
    const texts = Array.from({ length: 600 }, (_, index) => `${index} ${'🌱ü'.repeat((index * 37) % 1500)}`)
    texts.push('x'.repeat(6_000_000), '🌱'.repeat(225_000), 'last')
    const lines = texts.map((text, index) =>
      promptLine(`u${index}`, text).replace('\n', index % 3 === 0 ? '\r\n' : '\n'),
    )
    writeFileSync(s.file(), lines.join(''))
    s.start()
    expect(await until(() => s.store.texts(), has(texts.length))).toEqual(texts)
  })
})

describe('a file', () => {
  test('that is rewritten in place with more bytes is begun again', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    s.start(ONLY_SWEEPS)
    await until(() => s.store.texts(), has(1))
    writeFileSync(s.file(), promptLine('u2', 'two') + promptLine('u3', 'three'))
    expect(await until(() => s.store.texts(), has(3))).toEqual(['one', 'two', 'three'])
    expect(s.store.segments.at(-1)).toMatchObject({ generationReason: 'rewritten', from: 0 })
  })

  test('whose time is set back goes on', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    s.start(ONLY_SWEEPS)
    await until(() => s.store.texts(), has(1))
    appendFileSync(s.file(), promptLine('u2', 'two'))
    utimesSync(s.file(), 1_000_000_000, 1_000_000_000)
    expect(await until(() => s.store.texts(), has(2))).toEqual(['one', 'two'])
    expect(s.store.segments.at(-1)?.generationReason).toBeNull()
  })

  test('that was rewritten to the same size with its time set back while nobody watched is noticed once it is written', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    const before = statSync(s.file())
    const first = s.start()
    await until(() => s.store.texts(), has(1))
    await first.stop()
    writeFileSync(s.file(), promptLine('u2', 'two'))
    utimesSync(s.file(), before.atime, before.mtime)
    s.start()
    appendFileSync(s.file(), promptLine('u3', 'three'))
    expect(await until(() => s.store.texts(), has(3))).toEqual(['one', 'two', 'three'])
  })

  test('with the same beginning as another is a transcript of its own', async () => {
    await using s = scene()
    const shared = promptLine('u1', 'x'.repeat(2000))
    writeFileSync(s.file(name(1)), shared + promptLine('u2', 'two'))
    writeFileSync(s.file(name(2)), shared + promptLine('u3', 'three'))
    s.start()
    expect((await until(() => s.store.texts(), has(4))).map((text) => text.slice(0, 5)).toSorted()).toEqual([
      'three',
      'two',
      'xxxxx',
      'xxxxx',
    ])
  })

  test('that was copied under the same name adds nothing until it differs', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    const copy = s.file(`-home-ada-copy/${SESSION}.jsonl`)
    copyFileSync(s.file(), copy)
    const watcher = s.start()
    await watcher.ready
    expect((await settled(watcher)).files).toBe(2)
    expect(s.store.texts()).toEqual(['one'])
    appendFileSync(copy, promptLine('u2', 'two'))
    expect(await until(() => s.store.texts(), has(2))).toEqual(['one', 'two'])
  })

  test('with two names goes on under the other when one is removed', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    const other = s.file(`-home-ada-other/${SESSION}.jsonl`)
    linkSync(s.file(), other)
    const watcher = s.start({ reconcileIntervalMs: 30 })
    await until(() => s.store.texts(), has(1))
    const [first] = s.store.segments
    rmSync(first?.cursor.path ?? '')
    appendFileSync(first?.cursor.path === other ? s.file() : other, promptLine('u2', 'two'))
    expect(await until(() => s.store.texts(), has(2))).toEqual(['one', 'two'])
    await filesIn(watcher, 1)
    expect(s.store.segments.every(({ generationReason }) => generationReason === null)).toBe(true)
  })

  test('behind a link that is pointed elsewhere is another file, and the first one comes back with the link', async () => {
    await using s = scene()
    const [one, two] = ['one', 'two'].map((text) => {
      const path = join(dirname(s.root), `${text}.jsonl`)
      writeFileSync(path, promptLine(`u-${text}`, text))
      return path
    })
    const pointTo = (target = '') => {
      symlinkSync(target, `${s.file()}.next`)
      renameSync(`${s.file()}.next`, s.file())
    }
    pointTo(one)
    s.start({ reconcileIntervalMs: 30 })
    await until(() => s.store.texts(), has(1))
    pointTo(two)
    await until(() => s.store.texts(), has(2))
    appendFileSync(one ?? '', promptLine('u3', 'three'))
    pointTo(one)
    expect(await until(() => s.store.texts(), has(3))).toEqual(['one', 'two', 'three'])
  })

  test('behind a link tells of its writes at once', async () => {
    await using s = scene()
    const target = join(dirname(s.root), 'elsewhere', 'one.jsonl')
    mkdirSync(dirname(target))
    writeFileSync(target, promptLine('u1', 'one'))
    symlinkSync(target, s.file())
    const watcher = s.start(ONLY_HINTS)
    await watcher.ready
    appendFileSync(target, promptLine('u2', 'two'))
    expect(await until(() => s.store.texts(), has(2))).toEqual(['one', 'two'])
  })

  test('that is deleted while it is written is read to its end first', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    const watcher = s.start()
    await watcher.ready
    await until(() => s.store.texts(), has(1))
    const fd = openSync(s.file(), 'a')
    writeSync(fd, promptLine('u2', 'two'))
    unlinkSync(s.file())
    writeSync(fd, promptLine('u3', 'three'))
    closeSync(fd)
    expect(await until(() => s.store.texts(), has(3))).toEqual(['one', 'two', 'three'])
    await filesIn(watcher, 0)
  })

  test('that goes away and comes back while it waits to be read is read once', async () => {
    await using s = scene()
    const gate = Promise.withResolvers<void>()
    s.store.gate = gate.promise
    for (let index = 0; index < 60; index += 1) {
      writeFileSync(s.file(name(index)), promptLine(`a${index}`, `a${index}`) + promptLine(`b${index}`, `b${index}`))
    }
    const watcher = s.start({ windowBytes: 1, reconcileIntervalMs: 20 })
    await watcher.ready
    const away = join(dirname(s.root), 'away')
    for (let index = 0; index < 60; index += 1) {
      renameSync(s.file(name(index)), away)
      await setTimeout(1)
      renameSync(away, s.file(name(index)))
    }
    gate.resolve()
    await until(() => s.store.texts(), has(120))
    expect(await watcher.stop()).toBe('stopped')
  })

  test('that was rewritten while nobody watched, and is moved before it is read, is begun again', async () => {
    await using s = scene()
    writeFileSync(s.file(), '\n')
    utimesSync(s.file(), 1e9, 1e9)
    writeFileSync(s.file(name(1)), promptLine('a', 'a'))
    const first = s.start()
    await first.ready
    await settled(first)
    await first.stop()
    const gate = Promise.withResolvers<void>()
    s.store.gate = gate.promise
    writeFileSync(s.file(), promptLine('u1', 'one') + promptLine('u2', 'two'))
    utimesSync(s.file(), 1e9, 1e9)
    appendFileSync(s.file(name(1)), promptLine('b', 'b'))
    const watcher = s.start({ windowBytes: 1 })
    await watcher.ready
    const elsewhere = s.file('-home-ada-other/x.jsonl')
    renameSync(s.file(), join(dirname(s.root), 'away'))
    await filesIn(watcher, 1)
    renameSync(join(dirname(s.root), 'away'), elsewhere)
    await filesIn(watcher, 2)
    gate.resolve()
    expect((await until(() => s.store.texts(), has(4))).toSorted()).toEqual(['a', 'b', 'one', 'two'])
  })

  test('that is written in the moment in which it is closed for inactivity is read on', async () => {
    await using s = scene()
    let later = 0
    writeFileSync(s.file(), promptLine('u0', 'line 0'))
    const watcher = s.start({ now: () => Date.now() + later, pollingIntervalMs: 5, reconcileIntervalMs: NEVER_MS })
    await watcher.ready
    for (let index = 1; index <= 50; index += 1) {
      later = index % 2 === 0 ? 0 : 3_600_000
      await setTimeout(index % 7)
      appendFileSync(s.file(), promptLine(`u${index}`, `line ${index}`))
    }
    expect(await until(() => s.store.texts(), has(51))).toHaveLength(51)
  })

  test('written during the scan at the start is found without waiting for a sweep', async () => {
    await using s = scene()
    for (let index = 0; index < 4000; index += 1)
      writeFileSync(s.file(name(index)), promptLine(`a${index}`, `a${index}`))
    const watcher = s.start(ONLY_HINTS)
    let written = 0
    let isReady = false
    void watcher.ready.then(() => (isReady = true))
    while (!isReady) {
      const path = s.file(name(written * 37))
      appendFileSync(path, promptLine(`b${written}`, `b${written}`))
      written += 1
      await setTimeout(0)
    }
    expect(written).toBeGreaterThan(1)
    const texts = await until(() => s.store.texts(), has(4000 + written))
    expect(texts.filter((text) => text.startsWith('b'))).toHaveLength(written)
  })
})

describe('what is read when', () => {
  test('history is read newest first', async () => {
    await using s = scene()
    for (let index = 0; index < 30; index += 1) {
      writeFileSync(s.file(name(index)), promptLine(`u${index}`, `${index}`))
      const age = Date.now() / 1000 - 86_400 - ((index * 7) % 30) * 1000
      utimesSync(s.file(name(index)), age, age)
    }
    s.start()
    const texts = await until(() => s.store.texts(), has(30))
    expect(texts.map((text) => (Number(text) * 7) % 30)).toEqual(Array.from({ length: 30 }, (_, index) => index))
  })

  test('what is being written goes before history', async () => {
    await using s = scene()
    for (let index = 0; index < 100; index += 1) writeFileSync(s.file(name(index)), promptLine(`u${index}`, `${index}`))
    const gate = Promise.withResolvers<void>()
    s.store.gate = gate.promise
    const watcher = s.start({ windowBytes: 1 })
    await watcher.ready
    writeFileSync(s.file(), promptLine('live', 'live'))
    await filesIn(watcher, 101)
    gate.resolve()
    const texts = await until(() => s.store.texts(), has(101))
    expect(texts.indexOf('live')).toBeLessThan(20)
  })

  test('a file that never rests starves nobody', async () => {
    await using s = scene()
    for (let index = 0; index < 100; index += 1) writeFileSync(s.file(name(index)), promptLine(`u${index}`, `${index}`))
    writeFileSync(s.file(), promptLine('g', 'grown 0'))
    let grown = 0
    const watcher = s.start({
      // Whatever is read of it, there is more at once.
      deliver: (segment) => {
        appendFileSync(s.file(), promptLine(`g${++grown}`, `grown ${grown}`))
        return s.store.deliver(segment)
      },
    })
    await until(
      () => s.store.texts().filter((text) => !text.startsWith('grown')),
      (texts) => texts.length === 100,
    )
    await watcher.stop()
  })
})

describe('a folder', () => {
  test.each([
    ['by a change event', ONLY_HINTS],
    ['by looking', ONLY_SWEEPS],
  ])('that is made with folders and files in it is found %s', async (_, options) => {
    await using s = scene()
    mkdirSync(s.root)
    const watcher = s.start(options)
    await watcher.ready
    const made = join(dirname(s.root), 'made', SESSION, 'subagents')
    mkdirSync(made, { recursive: true })
    writeFileSync(join(made, '../..', `${SESSION}.jsonl`), promptLine('u1', 'one'))
    writeFileSync(join(made, 'agent-1234abcd.jsonl'), promptLine('u2', 'two'))
    renameSync(join(dirname(s.root), 'made'), join(s.root, '-home-ada-made'))
    await until(() => s.store.texts(), has(2))
    appendFileSync(join(s.root, '-home-ada-made', `${SESSION}.jsonl`), promptLine('u3', 'three'))
    expect((await until(() => s.store.texts(), has(3))).toSorted()).toEqual(['one', 'three', 'two'])
  })

  test.each([
    ['by change events', { pollingIntervalMs: 50, reconcileIntervalMs: NEVER_MS }],
    ['by looking', ONLY_SWEEPS],
  ])('of a source that is removed and made again is followed %s', async (_, options) => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    const watcher = s.start(options)
    await watcher.ready
    await until(() => s.store.texts(), has(1))
    rmSync(s.root, { recursive: true })
    await filesIn(watcher, 0)
    writeFileSync(s.file(), promptLine('u2', 'two'))
    await until(() => s.store.texts(), has(2))
    appendFileSync(s.file(), promptLine('u3', 'three'))
    expect(await until(() => s.store.texts(), has(3))).toEqual(['one', 'two', 'three'])
  })

  test('that is away, as a drive is, and comes back as it was is not read again', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    const watcher = s.start({ reconcileIntervalMs: 30 })
    await until(() => s.store.texts(), has(1))
    renameSync(s.root, `${s.root}-away`)
    await filesIn(watcher, 0)
    const before = s.store.segments.length
    renameSync(`${s.root}-away`, s.root)
    await filesIn(watcher, 1)
    expect(s.store.segments.slice(before)).toEqual([])
    appendFileSync(s.file(), promptLine('u2', 'two'))
    expect(await until(() => s.store.texts(), has(2))).toEqual(['one', 'two'])
  })

  test('that links lead back to is gone through once', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    symlinkSync(s.root, join(s.root, 'again'))
    const watcher = s.start({ reconcileIntervalMs: 30 })
    await watcher.ready
    await until(() => s.store.texts(), has(1))
    expect((await settled(watcher)).files).toBe(1)
  })
})

// In a user namespace of its own a process may lower its limits; not every system allows one.
const mayLimit = spawnSync('unshare', ['-Ur', 'sh', '-c', 'echo 3 > /proc/sys/user/max_inotify_watches']).status === 0

const isRoot = process.getuid?.() === 0

describe('what may not be read', () => {
  const noEvents = `exec unshare -Ur sh -c 'echo 0 > /proc/sys/user/max_inotify_instances; exec "$0" "$@"' "$0" "$@";`

  type Case = readonly [what: string, shell: string, pick: (file: string) => string]
  const cases: readonly Case[] = [
    ['a file', '', (file) => file],
    ['a folder', '', (file) => dirname(file)],
    ['a file of whose changes nobody tells', noEvents, (file) => file],
  ]

  // The owner of a file is root in a namespace of its own, and may read it whatever its mode.
  test.each(cases.filter(([, shell]) => shell === '' || (mayLimit && isRoot)))(
    '%s is said, and read once it may be',
    async (_, shell, pick) => {
      await using s = scene()
      writeFileSync(s.file(), promptLine('u1', 'one'))
      chmodSync(dirname(s.root), 0o755)
      chmodSync(pick(s.file()), 0)
      // Root may read everything; another account does not.
      await using elsewhere = watchElsewhere(s.root, shell, [], isRoot ? { uid: 65_534, gid: 65_534 } : {})
      await until(
        () => elsewhere.told,
        (told) => told.some(({ unreadable }) => unreadable !== undefined) && told.some(({ ready }) => ready),
      )
      expect(elsewhere.turns()).toEqual([])
      chmodSync(pick(s.file()), 0o755)
      expect(await until(() => elsewhere.turns(), has(1))).toEqual(['one'])
    },
  )
})

describe('where the system sets limits', () => {
  test('of 256 open files, a thousand are read and followed', async () => {
    await using s = scene()
    for (let index = 0; index < 1000; index += 1)
      writeFileSync(s.file(name(index)), promptLine(`a${index}`, `a${index}`))
    await using elsewhere = watchElsewhere(s.root, 'ulimit -n 256;')
    await until(() => elsewhere.turns(), has(1000))
    for (let index = 0; index < 1000; index += 1)
      appendFileSync(s.file(name(index)), promptLine(`b${index}`, `b${index}`))
    await until(() => elsewhere.turns(), has(2000))
    expect(new Set(elsewhere.turns()).size).toBe(2000)
    expect(elsewhere.told.filter(({ unreadable }) => unreadable !== undefined)).toEqual([])
  })

  // An overlay shows what is written to its lower folder, and tells nobody: in this it is like a network drive.
  const overlay = (root: string) =>
    `exec unshare -Urm sh -c 'mount -t overlay overlay -o lowerdir=${root}-lower:${root}-empty ${root} && exec "$0" "$@"' "$0" "$@";`
  const mayMount = spawnSync('sh', [
    '-c',
    'cd $(mktemp -d) && mkdir a b && exec unshare -Urm mount -t overlay overlay -o lowerdir=a:b a',
  ])

  test.skipIf(mayMount.status !== 0)('a file system without change events is noticed, said and polled', async () => {
    await using s = scene()
    const lower = `${s.root}-lower`
    mkdirSync(s.root)
    mkdirSync(lower)
    mkdirSync(`${s.root}-empty`)
    writeFileSync(join(lower, `${SESSION}.jsonl`), promptLine('u0', 'line 0'))
    await using elsewhere = watchElsewhere(s.root, overlay(s.root), [NEVER_MS])
    await until(() => elsewhere.turns(), has(1))
    expect(elsewhere.told.find(({ ready }) => ready)?.mode ?? 'watch').toBe('watch')
    for (let index = 1; index <= 5; index += 1) {
      appendFileSync(join(lower, `${SESSION}.jsonl`), promptLine(`u${index}`, `line ${index}`))
      await until(() => elsewhere.turns(), has(index + 1))
    }
    expect(elsewhere.told.filter(({ hintsLost }) => hintsLost?.includes('does not tell of changes'))).toHaveLength(1)
  })

  const limits = [
    ['watches', 'echo 3 > /proc/sys/user/max_inotify_watches'],
    ['watchers', 'echo 0 > /proc/sys/user/max_inotify_instances'],
  ] as const
  test.skipIf(!mayLimit).each(limits)(
    'of too few inotify %s, changes are found by looking, and that is said',
    async (_, limit) => {
      await using s = scene()
      for (let index = 0; index < 20; index += 1)
        writeFileSync(s.file(name(index)), promptLine(`a${index}`, `a${index}`))
      await using elsewhere = watchElsewhere(s.root, `exec unshare -Ur sh -c '${limit}; exec "$0" "$@"' "$0" "$@";`)
      await until(() => elsewhere.turns(), has(20))
      await until(
        () => elsewhere.told,
        (told) => told.some(({ ready, mode }) => ready && mode === 'polling'),
      )
      expect(elsewhere.told.filter(({ hintsLost }) => hintsLost !== undefined)).toHaveLength(1)
      for (let index = 0; index < 20; index += 1)
        appendFileSync(s.file(name(index)), promptLine(`b${index}`, `b${index}`))
      expect(await until(() => elsewhere.turns(), has(40))).toHaveLength(40)
    },
  )
})
