import { opendirSync, readdirSync, statSync } from 'node:fs'
import type { Settings, SourceSettings } from '@turnlog/config'
import { auditTranscripts, type CommittedCursor, type QuarantinedFile } from '@turnlog/watcher'
import type { SourceFacts } from './doctor-facts.ts'
import { readRetention } from './retention.ts'

/** A clock that is off by less than this shows in no order of anything. */
const FUTURE_MS = 60_000
const UNREADABLE_SHOWN = 5

interface Tally {
  files: number
  bytes: number
  pendingFiles: number
  pendingBytes: number
  pendingOldestAt: number | null
  oldestAt: number | null
  futureAt: number | null
}

interface Known {
  readonly cursors: readonly CommittedCursor[]
  readonly quarantined: readonly QuarantinedFile[]
}

/** Looks through a folder of transcripts. Changes nothing. Files in quarantine have a finding of their own. */
export function lookAtSource(
  source: SourceSettings,
  { fileWatcher }: Settings,
  { cursors, quarantined }: Known,
  now: number,
): SourceFacts {
  const problem = tryToOpen(source.path)
  const heldBack = new Set(quarantined.map(({ path }) => path))
  const unreadable: { path: string; reason: string }[] = []
  const tally: Tally = {
    files: 0,
    bytes: 0,
    pendingFiles: 0,
    pendingBytes: 0,
    pendingOldestAt: null,
    oldestAt: null,
    futureAt: null,
  }
  const audit = auditTranscripts({
    sources: [source],
    cursors,
    inactivityTimeoutMs: fileWatcher.inactivityTimeoutSeconds * 1000,
    maxLineBytes: fileWatcher.maxLineBytes,
    unreadable: (path, { message }) => unreadable.push({ path, reason: message }),
  })
  for (const { path, size, pending, gap } of problem === null ? audit : []) {
    if (gap?.kind === 'unreadable') unreadable.push({ path, reason: gap.error.message })
    const unread = heldBack.has(path) ? 0 : pending.unread
    count(tally, { size, unread, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now }, now)
  }
  return {
    ...source,
    state: problem === null ? 'present' : problem.code === 'ENOENT' ? 'missing' : 'unreadable',
    problem: problem?.message ?? null,
    folders: problem === null ? countFolders(source.path) : 0,
    files: tally.files,
    bytes: tally.bytes,
    unreadable: unreadable.slice(0, UNREADABLE_SHOWN),
    pending: { files: tally.pendingFiles, bytes: tally.pendingBytes, oldestAt: tally.pendingOldestAt },
    oldestAt: tally.oldestAt,
    futureAt: tally.futureAt,
    retention: readRetention(source),
  }
}

function count(
  tally: Tally,
  file: { readonly size: number; readonly unread: number; readonly at: number },
  now: number,
) {
  tally.files += 1
  tally.bytes += file.size
  tally.oldestAt = Math.min(tally.oldestAt ?? file.at, file.at)
  if (file.at > now + FUTURE_MS) tally.futureAt = Math.max(tally.futureAt ?? file.at, file.at)
  if (file.unread === 0) return
  tally.pendingFiles += 1
  tally.pendingBytes += file.unread
  tally.pendingOldestAt = Math.min(tally.pendingOldestAt ?? file.at, file.at)
}

function tryToOpen(path: string): NodeJS.ErrnoException | null {
  try {
    opendirSync(path).closeSync()
    return null
  } catch (error) {
    return error as NodeJS.ErrnoException
  }
}

/** The source itself and all below it: each of them takes a watch. */
function countFolders(path: string): number {
  try {
    const entries = readdirSync(path, { withFileTypes: true })
    return entries.reduce((sum, entry) => sum + (entry.isDirectory() ? countFolders(`${path}/${entry.name}`) : 0), 1)
  } catch {
    return 1
  }
}
