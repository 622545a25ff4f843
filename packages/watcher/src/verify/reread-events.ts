import { statSync } from 'node:fs'
import { type TrackedFile, trackNewFile } from '../files/tracked-file.ts'
import type { FoundPath } from '../files/transcript-catalog.ts'
import { ArchiveReader } from '../reading/archive-reader.ts'
import { OpenFiles } from '../reading/open-files.ts'
import { ReadMark } from '../reading/read-mark.ts'
import { toSavedState } from '../reading/saved-state.ts'
import { type ReadOutcome, SegmentReader } from '../reading/segment-reader.ts'
import type { SegmentEvent } from '../segment.ts'
import type { CommittedCursor } from './audited-file.ts'

/** The reading of the watcher, from the start of a file and without a memory, as often as it is asked for. */
export class Rereader {
  readonly #openFiles: OpenFiles
  readonly #plain: SegmentReader
  readonly #archives: ArchiveReader

  constructor({ inactivityTimeoutMs, maxLineBytes }: Record<'inactivityTimeoutMs' | 'maxLineBytes', number>) {
    // At the end of time every last line has settled; one beyond the cursor is left out below.
    const now = () => Number.POSITIVE_INFINITY
    this.#openFiles = new OpenFiles(inactivityTimeoutMs)
    const mark = new ReadMark(null)
    this.#plain = new SegmentReader({ openFiles: this.#openFiles, maxLineBytes, mark, now })
    this.#archives = new ArchiveReader({ inactivityTimeoutMs, maxLineBytes, mark, now })
  }

  /** The events of the bytes before a cursor. Ends early when the file is changed meanwhile. */
  async *read(found: FoundPath, cursor: CommittedCursor | null): AsyncGenerator<readonly SegmentEvent[]> {
    if (cursor === null) return
    const file = trackFromStart(found, cursor)
    try {
      while (file.offset < cursor.offset && file.generation === 0) {
        const outcome = await this.#look(file)
        if (outcome.kind === 'segment') yield outcome.segment.events.filter((event) => isOfBytes(event, cursor))
        else if (outcome.kind !== 'unfinished') return
      }
    } finally {
      this.#openFiles.close(file)
      this.#archives.close()
    }
  }

  async #look(file: TrackedFile): Promise<ReadOutcome> {
    return file.archive === null ? this.#plain.read(file) : this.#archives.read(file)
  }
}

// Under the name that it had when it was first seen: events have their identity from it.
function trackFromStart(found: FoundPath, cursor: CommittedCursor): TrackedFile {
  const stats = statSync(found.path, { bigint: true })
  const { transcript, archive } = toSavedState(cursor.state)
  const file = trackNewFile(stats, { ...found, transcript })
  file.archive = archive === undefined ? null : 'open'
  return file
}

function isOfBytes({ offset, length }: SegmentEvent, cursor: CommittedCursor): boolean {
  return length > 0 && offset < cursor.offset
}
