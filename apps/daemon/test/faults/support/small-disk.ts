import { spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const BLOCK_BYTES = 64 * 1024

/** A disk of its own for a tablespace, in memory, which a test can fill. Only root can mount one. */
export class SmallDisk implements Disposable {
  readonly #root = mkdtempSync(join(tmpdir(), 'turnlog-disk-'))
  /** For `create tablespace`. */
  readonly folder = join(this.#root, 'tablespace')

  /** @param owner a file or folder of the account that runs the server */
  constructor(bytes: number, owner: string) {
    const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=755`, 'tmpfs', this.#root])
    if (status !== 0) throw new Error(`mount failed: ${stderr}`)
    mkdirSync(this.folder)
    const { uid, gid } = statSync(owner)
    chownSync(this.folder, uid, gid)
  }

  /** Whether this account can mount a disk. */
  static get isPossible(): boolean {
    return process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0
  }

  /** Leaves no block free. */
  fill(): void {
    try {
      for (let block = 0; ; block += 1) writeFileSync(join(this.#root, `block-${block}`), Buffer.alloc(BLOCK_BYTES))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }

  /** Removes what `fill` wrote. */
  free(): void {
    for (let block = 0; ; block += 1) {
      const path = join(this.#root, `block-${block}`)
      if (statSync(path, { throwIfNoEntry: false }) === undefined) return
      rmSync(path)
    }
  }

  [Symbol.dispose](): void {
    spawnSync('umount', [this.#root])
    rmSync(this.#root, { recursive: true, force: true })
  }
}
