import type { BigIntStats } from 'node:fs'
import type { TrackedFile } from './tracked-file.ts'

/** Files by what they are: device and inode. */
export class FileIndex {
  readonly #devices = new Map<number | bigint, Map<number | bigint, TrackedFile>>()

  /** The file that has an inode, or had it when it was last looked at. */
  get({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): TrackedFile | undefined {
    return this.#devices.get(toSmallest(dev))?.get(toSmallest(ino))
  }

  set(file: TrackedFile): void {
    const files = this.#devices.get(file.device) ?? new Map<number | bigint, TrackedFile>()
    this.#devices.set(file.device, files)
    files.set(file.inode, file)
  }

  /** Returns false if another file has its inode. */
  delete(file: TrackedFile): boolean {
    const files = this.#devices.get(file.device)
    return files?.get(file.inode) === file && files.delete(file.inode)
  }

  get size(): number {
    return this.#devices.values().reduce((sum, files) => sum + files.size, 0)
  }

  *[Symbol.iterator](): Generator<TrackedFile> {
    for (const files of this.#devices.values()) yield* files.values()
  }
}

/** A number of the system in little memory: as a double where that is exact. */
export function toSmallest(number: bigint): number | bigint {
  return number <= Number.MAX_SAFE_INTEGER ? Number(number) : number
}
