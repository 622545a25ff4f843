import type { FileCursor } from '../file-cursor.ts'
import type { FileIdentity } from '../files/file-identity.ts'
import type { SegmentEvent, Tally } from '../segment.ts'

/** A cursor with what the store has counted up to it. */
export interface CommittedCursor extends FileCursor {
  readonly tally: Tally
}

/** What is wrong with the account of a file. */
export type AccountGap =
  /** The counted bytes are not those up to the cursor. */
  | { readonly kind: 'bytes_unaccounted'; readonly bytes: number }
  /** The file is not the one that was read, and its size and time say nothing of it: nobody would look again. */
  | { readonly kind: 'changed_unnoticed'; readonly change: string }
  /** Its bytes cannot be looked at. */
  | { readonly kind: 'unreadable'; readonly error: Error }

/** One transcript on disk, against its cursor. */
export interface AuditedFile {
  readonly path: string
  /** Which file it is, as its cursor has it. */
  readonly file: Pick<FileIdentity, 'device' | 'inode'>
  /** Bytes on disk; of a compressed file that was read, those of its content. */
  readonly size: number
  /** Null for a file that was never read, or has to be read from its start: see `restartReason`. */
  readonly cursor: CommittedCursor | null
  /** Why the watcher will begin it again; null if it goes on from the cursor. */
  readonly restartReason: string | null
  /** Bytes beyond the cursor: whole lines that were not read yet, and a last line that has no newline yet. */
  readonly pending: { readonly unread: number; readonly openLine: number }
  readonly gap: AccountGap | null
  /**
   * Reads the file again up to its cursor, exactly as the watcher does, and gives the events that its bytes yield.
   * Those that time caused (`session_ended`) are left out: they depend on when it was read.
   */
  readonly reread: () => AsyncIterable<readonly SegmentEvent[]>
}
