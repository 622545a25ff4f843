import { closeSync, constants, openSync } from 'node:fs'

/** At most this many are looked at again each time, so that a whole tree without permission costs nothing. */
const LOOK_AT = 100

/**
 * The files and folders that could not be read. The watcher says when it fails with one, not when that is over; so they
 * are tried again here.
 */
export class UnreadablePaths {
  readonly #sources: ReadonlySet<string>
  readonly #errors = new Map<string, Error>()

  constructor(sources: readonly string[]) {
    this.#sources = new Set(sources)
  }

  add(path: string, error: Error): void {
    this.#errors.set(path, error)
  }

  /** Those that still cannot be read, and why. */
  look(): ReadonlyMap<string, Error> {
    // Sources always: of a file in the place of one the watcher says nothing, since to it that is a folder to wait for.
    for (const path of [...this.#sources, ...[...this.#errors.keys()].slice(0, LOOK_AT)]) {
      const error = tryToOpen(path, this.#sources.has(path))
      if (error === null) this.#errors.delete(path)
      else this.#errors.set(path, error)
    }
    return this.#errors
  }
}

// Not blocking: a named pipe that took the place of a file would wait for a writer.
function tryToOpen(path: string, isFolder: boolean): Error | null {
  const { O_RDONLY, O_NONBLOCK, O_DIRECTORY } = constants
  try {
    closeSync(openSync(path, O_RDONLY | O_NONBLOCK | (isFolder ? O_DIRECTORY : 0)))
    return null
  } catch (error) {
    // What is not there is not unreadable: it is waited for.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : (error as Error)
  }
}
