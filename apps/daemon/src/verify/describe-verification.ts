import { formatBytes, formatCount } from '../terminal/format-amount.ts'
import type { Verification } from './verification.ts'

/** A verification for people, line by line. */
export function describeVerification(verification: Verification): readonly string[] {
  const { files, bytes, gaps } = verification
  return [
    `${formatCount(files, 'transcript')} on disk, ${formatExactly(bytes.on_disk)}`,
    `  delivered  ${formatExactly(bytes.delivered)}`,
    `  skipped    ${describeSkipped(bytes.skipped)}`,
    `  pending    ${describePending(verification)}`,
    ...describeRows(verification),
    ...describeVanished(verification),
    ...(gaps.length === 0 ? ['Every byte is accounted for.'] : [`${formatCount(gaps.length, 'gap')}:`]),
    ...gaps.map(({ path, detail }) => `  ${path}: ${detail}`),
    ...describeRepair(verification),
  ]
}

function describeSkipped(skipped: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(skipped).sort(([, a], [, b]) => b - a)
  const sum = reasons.reduce((total, [, bytes]) => total + bytes, 0)
  if (sum === 0) return 'nothing'
  return `${formatExactly(sum)}: ${reasons.map(([reason, bytes]) => `${reason} ${formatBytes(bytes)}`).join(', ')}`
}

function describePending({ bytes, pending_files, restarting_files }: Verification): string {
  if (pending_files === 0) return 'nothing'
  const parts = [
    bytes.unread > 0 ? `${formatBytes(bytes.unread)} not read yet` : [],
    bytes.open_lines > 0 ? `${formatBytes(bytes.open_lines)} in last lines without their newline yet` : [],
    restarting_files > 0 ? `${formatCount(restarting_files, 'file')} to be read again from the start` : [],
  ]
  return `${formatExactly(bytes.unread + bytes.open_lines)} in ${formatCount(pending_files, 'file')}: ${parts.flat().join(', ')}`
}

function describeRows({ checked_events }: Verification): readonly string[] {
  return checked_events === null ? [] : [`  events     ${formatCount(checked_events, 'event')} looked up in the log`]
}

function describeVanished({ vanished }: Verification): readonly string[] {
  if (vanished.files === 0) return []
  return [`  vanished   ${formatCount(vanished.files, 'file')} recorded and not on disk any more`]
}

function describeRepair({ gaps, repaired_files }: Verification): readonly string[] {
  if (gaps.length === 0) return []
  if (repaired_files === 0) return ['To have these files read again: turnlog verify --repair']
  return [
    `${formatCount(repaired_files, 'file')} to be read again, by the running watcher or at the next start. Nothing is stored twice.`,
  ]
}

function formatExactly(bytes: number): string {
  return bytes < 1000 ? formatBytes(bytes) : `${formatBytes(bytes)} (${bytes.toLocaleString('en-US')} bytes)`
}
