import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TranscriptWatcher, type WatcherOptions, watchTranscripts } from '../../src/index.ts'
import { MemoryStore } from './memory-store.ts'
import { scratchFolder } from './scratch-folder.ts'
import { until } from './until.ts'

export const SESSION = '11111111-2222-4333-8444-555555555555'

/** A source folder of Claude Code, and whoever watches it: all of them stop with the test. */
export interface Scene {
  readonly root: string
  readonly store: MemoryStore
  /** The path of a transcript, in a folder that exists. */
  file(name?: string): string
  start(options?: Partial<WatcherOptions>): TranscriptWatcher
}

export function scene(): Scene & AsyncDisposable {
  const folder = scratchFolder()
  const store = new MemoryStore()
  const root = join(folder.path, 'projects')
  const running: TranscriptWatcher[] = []
  return {
    root,
    store,
    file(name = `-home-ada-engine/${SESSION}.jsonl`) {
      const path = join(root, name)
      mkdirSync(dirname(path), { recursive: true })
      return path
    },
    start(options = {}) {
      const watcher = watchTranscripts({
        sources: [{ agent: 'claude_code', path: root }],
        cursors: store.cursors(),
        deliver: (segment) => store.deliver(segment),
        pollingIntervalMs: 50,
        ...options,
      })
      running.push(watcher)
      return watcher
    },
    async [Symbol.asyncDispose]() {
      for (const watcher of running) await watcher.stop()
      folder[Symbol.dispose]()
    },
  }
}

export const has = (count: number) => (texts: readonly string[]) => texts.length >= count

export const settled = (watcher: TranscriptWatcher) =>
  until(
    () => watcher.status(),
    ({ bytesBehind }) => bytesBehind === 0,
  )
