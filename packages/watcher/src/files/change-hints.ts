import { type BigIntStats, type FSWatcher, watch } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { isGone } from './scan-folder.ts'

/** What the system calls it: a write, or anything that changed a name. */
export type HintKind = 'change' | 'rename'

export interface ChangeHintsOptions {
  /** Something may have happened at this path: a file there was written, made, moved or removed. */
  readonly onHint: (path: string, kind: HintKind) => void
  /** No more hints, or not all of them. */
  readonly onLost: (error: Error) => void
}

interface Watched {
  readonly watcher: FSWatcher
  /** Device and inode: the watch stays with them, whatever becomes of the name. */
  readonly key: string
}

/**
 * Says where to look. A hint can come late, twice or not at all, and promises nothing; the sweep finds what no hint
 * told.
 *
 * Only folders are watched, one inotify watch each: a write to a file is told by the watch on its folder. They are
 * named by the scan that goes through them anyway, each before it is read, so that nothing comes to be in between
 * unnoticed. Files are watched where only a link to them lies in the folder.
 */
export class ChangeHints {
  readonly #options: ChangeHintsOptions
  readonly #watched = new Map<string, Watched>()

  constructor(options: ChangeHintsOptions) {
    this.#options = options
  }

  /** Listens at a folder, or at a file behind a link, unless it does so already. */
  watch(path: string, stats: BigIntStats): void {
    const key = `${stats.dev}:${stats.ino}`
    if (this.#watched.get(path)?.key === key) return
    this.#unwatch(path)
    try {
      this.#watched.set(path, { watcher: stats.isDirectory() ? this.#listen(path) : this.#listenToFile(path), key })
    } catch (error) {
      this.#fail(error)
    }
  }

  close(): void {
    for (const path of [...this.#watched.keys()]) this.#unwatch(path)
  }

  #listen(folder: string): FSWatcher {
    const watcher = watch(folder, (event, name) => {
      // A folder tells under its own name that it is gone itself.
      if (event === 'rename' && (name === null || name === basename(folder))) this.#hint(folder, 'rename')
      if (name !== null) this.#hint(join(folder, name), event === 'change' ? 'change' : 'rename')
    })
    return watcher.on('error', (error) => this.#fail(error))
  }

  #listenToFile(path: string): FSWatcher {
    const watcher = watch(path, (event) => this.#hint(path, event === 'change' ? 'change' : 'rename'))
    return watcher.on('error', (error) => this.#fail(error))
  }

  // Whatever bears that name now, the watch may be on what bore it before. Whoever looks there watches it anew.
  #hint(path: string, kind: HintKind): void {
    if (kind === 'rename' && this.#watched.has(path)) this.#unwatchBelow(path)
    this.#options.onHint(path, kind)
  }

  #unwatchBelow(folder: string): void {
    for (const path of [...this.#watched.keys()]) {
      if (path === folder || path.startsWith(folder + sep)) this.#unwatch(path)
    }
  }

  #unwatch(path: string): void {
    this.#watched.get(path)?.watcher.close()
    this.#watched.delete(path)
  }

  // What cannot be entered or is gone is the scan's to tell; everything else is a limit of the system.
  #fail(error: unknown): void {
    const { code } = error as NodeJS.ErrnoException
    if (!isGone(error) && code !== 'EACCES' && code !== 'EPERM') this.#options.onLost(error as Error)
  }
}
