/** Something that is not as it has to be, in one file. */
export interface Gap {
  readonly path: string
  readonly kind: 'bytes_unaccounted' | 'changed_unnoticed' | 'events_missing' | 'unreadable'
  /** What is wrong, in words. */
  readonly detail: string
}

/** The files on disk against the database. For each file, and so in all: on_disk = delivered + skipped + pending. */
export interface Verification {
  readonly ok: boolean
  readonly files: number
  readonly bytes: {
    readonly on_disk: number
    readonly delivered: number
    readonly skipped: Readonly<Record<string, number>>
    /** Whole lines that are not recorded yet, and last lines that have no newline yet. Neither is a gap. */
    readonly unread: number
    readonly open_lines: number
  }
  readonly pending_files: number
  /** Files that will be read from their start, since they were changed other than by being appended to. */
  readonly restarting_files: number
  /** Events that the files yield and that were looked up in the log; null if that was left out. */
  readonly checked_events: number | null
  /** Cursors of files that are not on disk any more; what they held is in the log. */
  readonly vanished: { readonly files: number; readonly bytes: number }
  readonly gaps: readonly Gap[]
  /** Files that are read again because of this run. */
  readonly repaired_files: number
}

/** What one file adds to a verification. */
export interface VerifiedFile {
  readonly path: string
  /** Names the file among the cursors; null for what is no file. */
  readonly key: string | null
  readonly size: number
  readonly delivered: number
  readonly skipped: Readonly<Record<string, number>>
  readonly unread: number
  readonly openLine: number
  readonly isRestarting: boolean
  readonly checkedEvents: number
  readonly gap: Gap | null
}

/** Sums files up. */
export function sumUp(
  files: readonly VerifiedFile[],
  facts: Pick<Verification, 'vanished' | 'repaired_files'> & { readonly thorough: boolean },
): Verification {
  const total = (amountOf: (file: VerifiedFile) => number) => files.reduce((sum, file) => sum + amountOf(file), 0)
  const gaps = files.flatMap(({ gap }) => gap ?? [])
  return {
    ok: gaps.length === 0,
    files: files.length,
    bytes: {
      on_disk: total(({ size }) => size),
      delivered: total(({ delivered }) => delivered),
      skipped: sumReasons(files),
      unread: total(({ unread }) => unread),
      open_lines: total(({ openLine }) => openLine),
    },
    pending_files: total(({ unread, openLine }) => (unread + openLine > 0 ? 1 : 0)),
    restarting_files: total(({ isRestarting }) => (isRestarting ? 1 : 0)),
    checked_events: facts.thorough ? total(({ checkedEvents }) => checkedEvents) : null,
    vanished: facts.vanished,
    gaps,
    repaired_files: facts.repaired_files,
  }
}

function sumReasons(files: readonly VerifiedFile[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>()
  for (const { skipped } of files) {
    for (const [reason, bytes] of Object.entries(skipped)) sums.set(reason, (sums.get(reason) ?? 0) + bytes)
  }
  return Object.fromEntries(sums)
}
