import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onInterrupt } from './on-interrupt.ts'

/** A folder that is gone after the measurement. */
export class Scratch implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'turnlog-bench-'))
  readonly #undone = onInterrupt(() => this[Symbol.dispose]())

  constructor() {
    // The database server of root runs under another account, which has to get to its folder.
    chmodSync(this.path, 0o711)
  }

  [Symbol.dispose](): void {
    this.#undone()
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 })
  }
}
