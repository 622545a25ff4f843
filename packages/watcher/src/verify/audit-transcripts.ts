import { type ScannedFile, scanFolder } from '../files/scan-folder.ts'
import { TranscriptCatalog } from '../files/transcript-catalog.ts'
import { formatOf } from '../formats/index.ts'
import { sourceFolders } from '../formats/source-folders.ts'
import type { TranscriptFormat } from '../formats/transcript-format.ts'
import type { TranscriptSource } from '../watcher-options.ts'
import { auditFile } from './audit-file.ts'
import type { AuditedFile, CommittedCursor } from './audited-file.ts'
import { Rereader } from './reread-events.ts'

export interface AuditOptions {
  readonly sources: readonly TranscriptSource[]
  /** All cursors of this host. Read them before the audit: what is written to files meanwhile is then pending. */
  readonly cursors: readonly CommittedCursor[]
  /** As the watcher has them: they decide what the bytes of a file yield. */
  readonly inactivityTimeoutMs: number
  readonly maxLineBytes: number
  /** A folder that cannot be looked into: what is in it is unknown. */
  readonly unreadable: (path: string, error: Error) => void
}

/**
 * Goes through every transcript below the source folders and compares it with its cursor. Changes nothing, and can be
 * run beside a watcher. Which file a cursor belongs to, and what counts as a transcript, is decided as the watcher does.
 */
export function* auditTranscripts(options: AuditOptions): Generator<AuditedFile> {
  const { cursors, inactivityTimeoutMs } = options
  const catalog = new TranscriptCatalog({ cursors, inactivityTimeoutMs, report: {} })
  const byKey = new Map(cursors.map((cursor) => [`${cursor.file.device}:${cursor.file.inode}`, cursor]))
  const rereader = new Rereader(options)
  for (const { agent, path } of options.sources.flatMap(sourceFolders)) {
    const format = formatOf(agent)
    for (const { stats, ...place } of scan(path, format, options)) {
      const found = { ...place, format }
      const file = catalog.sight(found, stats)?.file
      // A second name of a file that was met before.
      if (file === undefined || file.sweep === 1) continue
      file.sweep = 1
      const account = auditFile(file, byKey.get(file.key) ?? null)
      yield { ...account, reread: () => rereader.read(found, account.cursor) }
    }
  }
}

function scan(root: string, format: TranscriptFormat, { unreadable }: AuditOptions): IteratorObject<ScannedFile> {
  const wants = (relativePath: string) => format.identify(relativePath) !== null
  return scanFolder({ root, relativeFolder: '', wants, unreadable }).filter((file) => file !== null)
}
