import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { test } from 'vitest'
import { type TranscriptWatcher, watchTranscripts } from '../src/index.ts'
import { promptLine } from './support/claude-lines.ts'
import { MemoryStore } from './support/memory-store.ts'
import { scratchFolder } from './support/scratch-folder.ts'
import { until } from './support/until.ts'

/*
 * Random programs against a model. The bound that can be promised: every line that was whole when the watcher had
 * caught up, or is whole now, is there once; nothing is there that was never written. A line that was written and
 * taken away again between two looks may or may not have been seen.
 */

const TO_FILES = [
  'move',
  'link',
  'truncate',
  'rewrite',
  'rewrite_same_size',
  'replace',
  'remove',
  'recreate',
  'set_back',
] as const
const TO_WATCHERS = ['catch_up', 'restart', 'crash', 'restart_without_events'] as const

type Step =
  | { readonly do: 'append' | 'begin' | 'finish' | (typeof TO_FILES)[number]; readonly file: number }
  | { readonly do: (typeof TO_WATCHERS)[number] }

const FILES = 3
/** Two source folders with two folders each; a transcript can be in any of them. */
const FOLDERS = ['one/-home-a', 'one/-home-b', 'two/-home-a', 'two/-home-b']
const file = fc.nat({ max: FILES - 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), file }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('begin' as const, 'finish' as const), file }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom(...TO_FILES), file }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom(...TO_WATCHERS) }) },
) as fc.Arbitrary<Step>

class World {
  readonly #root: string
  readonly store = new MemoryStore()
  /** Lines that have to be there, and lines that may be. */
  readonly #due = new Set<string>()
  readonly #ever = new Set<string>()
  readonly #places = Array.from({ length: FILES }, (_, index) => ({ folder: 0, index }))
  #crashed = { is: false }
  #watcher: TranscriptWatcher
  #lines = 0

  constructor(root: string) {
    this.#root = root
    mkdirSync(root, { recursive: true })
    this.#watcher = this.#start()
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const next of steps) await this.#do(next)
    await this.#catchUp()
    await this.#watcher.stop()
  }

  /** What is wrong; empty if nothing is. */
  faults(): readonly string[] {
    const texts = this.store.texts()
    const seen = new Set(texts)
    return [
      ...[...this.#due].filter((text) => !seen.has(text)).map((text) => `${text} is missing`),
      ...texts.filter((text) => !this.#ever.has(text)).map((text) => `${text} was never written`),
      ...(seen.size === texts.length ? [] : ['something is there twice']),
    ]
  }

  #start(changeEvents = true): TranscriptWatcher {
    const crashed = { is: false }
    this.#crashed = crashed
    return watchTranscripts({
      sources: ['one', 'two'].map((source) => ({ agent: 'claude_code', path: join(this.#root, source) })),
      changeEvents,
      cursors: this.store.cursors(),
      deliver: async (segment) => (crashed.is ? { status: 'closed' } : this.store.deliver(segment)),
      pollingIntervalMs: 20,
      reconcileIntervalMs: 20,
    })
  }

  async #do(next: Step): Promise<void> {
    switch (next.do) {
      case 'append':
        return this.#write(next.file, (path) => appendFileSync(path, this.#newLine()))
      case 'begin':
        return this.#write(next.file, (path) => appendFileSync(path, this.#halfLine()))
      case 'finish':
        return this.#write(next.file, (path) => appendFileSync(path, '\n'))
      case 'truncate':
        return this.#write(next.file, (path) => writeFileSync(path, this.#newLine()))
      case 'rewrite':
        return this.#write(next.file, (path) =>
          writeFileSync(path, this.#newLine() + this.#newLine() + this.#newLine()),
        )
      case 'rewrite_same_size':
        return this.#rewriteSameSize(next.file)
      case 'set_back':
        return existsSync(this.#path(next.file)) ? utimesSync(this.#path(next.file), 1e9, 1e9) : undefined
      case 'link':
        return this.#link(next.file)
      case 'recreate':
        rmSync(this.#path(next.file), { force: true })
        return this.#write(next.file, (path) => writeFileSync(path, this.#newLine()))
      case 'replace':
        return this.#replace(next.file)
      case 'move':
        return this.#move(next.file)
      case 'remove':
        return rmSync(this.#path(next.file), { force: true })
      case 'catch_up':
        return this.#catchUp()
      case 'restart':
        await this.#watcher.stop()
        this.#watcher = this.#start()
        return
      case 'restart_without_events':
        await this.#watcher.stop()
        this.#watcher = this.#start(false)
        return
      case 'crash':
        this.#crashed.is = true
        await this.#watcher.stop()
        this.#watcher = this.#start()
        return
      default:
        return next satisfies never
    }
  }

  #write(index: number, write: (path: string) => void): void {
    const path = this.#path(index)
    mkdirSync(dirname(path), { recursive: true })
    write(path)
  }

  #replace(index: number): void {
    this.#write(index, (path) => {
      const before = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
      const next = join(this.#root, 'next.tmp')
      writeFileSync(next, Buffer.concat([before, Buffer.from(this.#newLine())]))
      renameSync(next, path)
    })
  }

  #move(index: number): void {
    const place = this.#places[index]
    if (place === undefined || !existsSync(this.#path(index))) return
    const from = this.#path(index)
    place.folder = (place.folder + 1) % FOLDERS.length
    mkdirSync(dirname(this.#path(index)), { recursive: true })
    renameSync(from, this.#path(index))
  }

  /** Gives the file a second name and takes the first away: for a moment both are there. */
  #link(index: number): void {
    const place = this.#places[index]
    if (place === undefined || !existsSync(this.#path(index))) return
    const from = this.#path(index)
    place.folder = (place.folder + 1) % FOLDERS.length
    mkdirSync(dirname(this.#path(index)), { recursive: true })
    rmSync(this.#path(index), { force: true })
    linkSync(from, this.#path(index))
    rmSync(from)
  }

  /** Other words in each line, the same number of bytes. */
  #rewriteSameSize(index: number): void {
    if (!existsSync(this.#path(index))) return
    const content = readFileSync(this.#path(index), 'utf8')
    writeFileSync(
      this.#path(index),
      content.replaceAll(/(?<="uuid":")[^"]+|line \d+/g, (found) => this.#another(found)),
    )
  }

  async #catchUp(): Promise<void> {
    const due = Array.from({ length: FILES }, (_, index) => this.#wholeLines(index)).flat()
    for (const text of due) this.#due.add(text)
    await until(
      () => this.faults(),
      (faults) => faults.length === 0,
      5_000,
    )
  }

  #wholeLines(index: number): readonly string[] {
    if (!existsSync(this.#path(index))) return []
    const lines = readFileSync(this.#path(index), 'utf8').split('\n').slice(0, -1)
    return lines.flatMap((line) => /"content":"(line \d+ 🌱)"\}\}$/.exec(line)?.[1] ?? [])
  }

  #newLine(): string {
    this.#lines += 1
    const text = `line ${String(this.#lines).padStart(5, '0')} 🌱`
    this.#ever.add(text)
    return promptLine(`uuid-${String(this.#lines).padStart(5, '0')}`, text)
  }

  /** The first bytes of a line, up to the middle of a character. */
  #halfLine(): Buffer {
    const line = Buffer.from(this.#newLine())
    return line.subarray(0, line.indexOf('🌱') + 2)
  }

  #another(found: string): string {
    if (found.startsWith('uuid-')) this.#lines += 1
    const number = String(this.#lines).padStart(5, '0')
    if (!found.startsWith('uuid-')) this.#ever.add(`line ${number} 🌱`)
    return `${found.slice(0, 5)}${number}`
  }

  #path(index: number): string {
    const { folder = 0 } = this.#places[index] ?? {}
    return join(this.#root, FOLDERS[folder] ?? '', `${index}1111111-2222-4333-8444-555555555555.jsonl`)
  }
}

test('whatever happens to files and watchers, each line that was whole is there once', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      using folder = scratchFolder()
      const world = new World(join(folder.path, 'projects'))
      await world.run(steps)
    }),
    { numRuns: Number(process.env.TURNLOG_MODEL_RUNS ?? 500) },
  )
})
