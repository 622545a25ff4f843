import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs'
import { pipeline } from 'node:stream'
import { createZstdDecompress, type ZstdDecompress } from 'node:zlib'
import { fileKey, isRecreated } from '../files/file-identity.ts'
import type { TrackedFile } from '../files/tracked-file.ts'

/** How much comes out of an archive at once: as much as is read of a plain file. */
const PIECE_BYTES = 256 * 1024

/** The content of a compressed file, from its start to its end, a piece at a time; never more than some pieces of it. */
export class Archive {
  /** On disk, when it was opened. */
  readonly size: number
  readonly mtimeNs: bigint
  readonly #content: ZstdDecompress
  readonly #pieces: AsyncIterator<Buffer>

  /** @returns null when another file stands at the path by now; throws what opening throws */
  static open(file: TrackedFile): Archive | null {
    const fd = openSync(file.path, 'r')
    const stats = fstatSync(fd, { bigint: true })
    if (fileKey(stats) === file.key && !isRecreated(file.identity, stats)) {
      return new Archive(fd, Number(stats.size), stats.mtimeNs)
    }
    closeSync(fd)
    return null
  }

  private constructor(fd: number, size: number, mtimeNs: bigint) {
    this.size = size
    this.mtimeNs = mtimeNs
    this.#content = createZstdDecompress({ chunkSize: PIECE_BYTES })
    // An error reaches whoever takes the next piece; here it would only be heard twice.
    pipeline(createReadStream('', { fd }), this.#content, () => undefined)
    this.#pieces = this.#content[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  /** The next bytes; null at the end. Rejects where the archive is torn or damaged. */
  async next(): Promise<Buffer | null> {
    const { value, done } = await this.#pieces.next()
    return done === true ? null : value
  }

  close(): void {
    this.#content.destroy()
  }
}

/** Tells an error of the content (torn, damaged, no archive at all) from one of the file system. */
export function isDamage(error: unknown): boolean {
  return /^(?:ZSTD|Z)_/.test(String((error as NodeJS.ErrnoException).code))
}
