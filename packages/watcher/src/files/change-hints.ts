import { join, resolve } from 'node:path'
import { FSWatcher } from 'chokidar'

/** What the system calls it: a write, or anything that changed a name. */
export type HintKind = 'change' | 'rename'

export interface ChangeHintsOptions {
  /** Folders to be told about; one that does not exist is waited for. */
  readonly folders: readonly string[]
  /** Something may have happened at this path: a file there was written, made, moved or removed. */
  readonly onHint: (path: string, kind: HintKind) => void
  /** A folder came to be; what is in it may have been made before anybody watched. */
  readonly onFolder: (path: string) => void
  /** No more hints, or not all of them. */
  readonly onLost: (error: Error) => void
}

const TRANSCRIPT_NAME = /\.jsonl(?:\.zst)?$/

/**
 * chokidar goes through all folders at once and asks for the stats of all files in them, thousands at a time; the
 * memory for that stays with the process. A few at a time per folder are enough.
 */
class FolderWatcher extends FSWatcher {
  override createScanStream(...[root, options]: Parameters<FSWatcher['createScanStream']>) {
    return super.createScanStream(root, { ...options, highWaterMark: 8 })
  }
}

/**
 * Says where to look. A hint can come late, twice or not at all, and promises nothing; the sweep finds what no hint
 * told.
 *
 * Only folders are watched, one inotify watch each: a write to a file is told by the watch on its folder. So files
 * are left out of chokidar's own book-keeping (tens of thousands of them would cost more memory than everything else
 * together), and its `raw` event, which comes at once and not after its 50 ms of rest, is all that is listened to.
 */
export class ChangeHints {
  readonly #watcher: FSWatcher
  readonly #ready: Promise<void>

  constructor(options: ChangeHintsOptions) {
    const folders = options.folders.map((folder) => resolve(folder))
    const links = new Set<string>()
    this.#watcher = new FolderWatcher({
      ignored: (path, stats) => {
        if (!TRANSCRIPT_NAME.test(path)) return stats?.isFile() === true
        // The file behind a link is in another folder, which chokidar watches for it.
        if (stats?.isSymbolicLink() === true) links.add(path)
        // By name, since without an answer chokidar asks the disk for each path that it gets a raw event for.
        return !links.has(path)
      },
      ignoreInitial: true,
      ignorePermissionErrors: true,
      atomic: false,
    })
    this.#watcher.on('raw', (event, name, details) => {
      const { watchedPath } = details as { readonly watchedPath?: string }
      if (watchedPath === undefined) return
      const path = name === null || links.has(watchedPath) ? watchedPath : join(watchedPath, name)
      if (folders.some((folder) => path === folder || path.startsWith(`${folder}/`))) {
        options.onHint(path, event === 'change' ? 'change' : 'rename')
      }
    })
    this.#watcher.on('addDir', (path) => options.onFolder(path))
    this.#watcher.on('error', (error) => options.onLost(error as Error))
    this.#ready = new Promise((done) => this.#watcher.once('ready', done))
    this.#watcher.add([...folders])
  }

  /** Resolves when all folders that exist are watched. */
  get ready(): Promise<void> {
    return this.#ready
  }

  close(): Promise<void> {
    return this.#watcher.close()
  }
}
