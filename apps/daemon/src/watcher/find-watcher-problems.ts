import type { Problem } from '@turnlog/health'
import type { WatcherStatus } from '@turnlog/watcher'
import type { WriterStatus } from '@turnlog/writer'
import { formatBytes } from '../terminal/format-amount.ts'

export interface WatcherSymptoms {
  readonly source: WatcherStatus
  readonly writer: WriterStatus
  /** Dead letters that were neither written nor accepted. */
  readonly openDeadLetters: number
  /** Files and folders that cannot be read, and why. */
  readonly unreadable: ReadonlyMap<string, Error>
  /** Since when bytes wait and nothing is committed, in milliseconds since the epoch; null if all is moving. */
  readonly stillSince: number | null
}

/** What is wrong with a watcher that runs. */
export function findWatcherProblems({
  source,
  writer,
  openDeadLetters,
  unreadable,
  stillSince,
}: WatcherSymptoms): readonly Problem[] {
  return [
    ...findOutage(writer.outage),
    ...findDeadLetters(openDeadLetters),
    ...findUnreadable([...unreadable]),
    ...findQuarantined(source.quarantinedFiles),
    ...findPolling(source.mode),
    // In an outage it is known why nothing is committed.
    ...(writer.outage === null ? findStandstill(stillSince, source.bytesBehind) : []),
  ]
}

function findOutage(outage: WriterStatus['outage']): readonly Problem[] {
  if (outage === null) return []
  const what = outage.cause === 'database' ? 'does not take events' : 'needs repair before it takes events'
  const sentence = `The database ${what} since ${outage.since}, and they wait in their files: ${outage.error}`
  return [{ key: `writer:outage:${outage.cause}`, sentence }]
}

function findDeadLetters(count: number): readonly Problem[] {
  if (count === 0) return []
  const sentence =
    `Open dead letters: ${count}. These events could not be written. List them with: turnlog dead-letters list. ` +
    'Then write them with: turnlog dead-letters retry --all, or leave them out of the log with: ' +
    'turnlog dead-letters accept --all.'
  return [{ key: 'writer:dead_letters', sentence }]
}

function findUnreadable(paths: readonly (readonly [string, Error])[]): readonly Problem[] {
  const [first] = paths
  if (first === undefined) return []
  const others = paths.length === 1 ? '' : ` So it is with ${paths.length - 1} more.`
  const [path, error] = first
  const sentence = `${path} cannot be read: ${error.message}.${others}${adviseOn(error)}`
  return [{ key: 'source:unreadable', sentence }]
}

const ADVICE: ReadonlyMap<string | undefined, string> = new Map([
  ['ELOOP', 'It is a link that leads back to itself: remove it or point it to the folder.'],
  ['ENOTDIR', 'There is a file in the place of a folder: move it away, or set the right source folder.'],
  ['EACCES', 'Give the account that runs turnlog the permission to read it.'],
  ['EPERM', 'Give the account that runs turnlog the permission to read it.'],
])

/** What to do, where the system's error tells; it is noticed by itself when that is done. */
function adviseOn(error: NodeJS.ErrnoException): string {
  const advice = ADVICE.get(error.code)
  return advice === undefined ? '' : ` ${advice}`
}

function findQuarantined(files: WatcherStatus['quarantinedFiles']): readonly Problem[] {
  const [first] = files
  if (first === undefined) return []
  const others = files.length === 1 ? '' : ` The same holds for ${files.length - 1} more.`
  const sentence =
    `${first.path} is in quarantine and not read: at byte ${first.offset}, ${first.reason}.${others} ` +
    `It is tried again after ${first.retryAt}, or at once with: turnlog restart watcher`
  return [{ key: 'source:quarantined', sentence }]
}

function findPolling(mode: WatcherStatus['mode']): readonly Problem[] {
  if (mode === 'watch') return []
  const sentence =
    'The system tells of no changes (its limits for watching files may be reached), so files are looked at regularly instead.'
  return [{ key: 'source:polling', sentence }]
}

function findStandstill(since: number | null, bytes: number): readonly Problem[] {
  if (since === null) return []
  const sentence = `${formatBytes(bytes)} wait to be recorded, and nothing was since ${new Date(since).toISOString()}.`
  return [{ key: 'watcher:standstill', sentence }]
}
