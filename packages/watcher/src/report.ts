import type { QuarantinedFile } from './quarantine/quarantined-file.ts'
import type { SkippedRange } from './segment.ts'

/**
 * Everything that the watcher has to say. It never logs: whoever composes it decides what becomes of a fact. Every
 * member may be left out.
 */
export interface WatcherReport {
  /** All files were found and compared with their cursors, and changes are being watched for. */
  ready?(facts: { readonly files: number; readonly bytesBehind: number; readonly tookMs: number }): void
  /** A source folder does not exist (yet); it is waited for. */
  sourceMissing?(path: string): void
  sourceAppeared?(path: string): void
  /** A file or folder cannot be read; it is tried again with every sweep. */
  unreadable?(path: string, error: Error): void
  /** A file was begun again from its start. Identity keeps its events from being stored twice. */
  fileRestarted?(path: string, reason: string): void
  fileMoved?(from: string, to: string): void
  fileVanished?(path: string): void
  /** Bytes that may have held words yielded nothing. */
  rangeSkipped?(path: string, range: SkippedRange): void
  /** The process before this one died while it parsed these bytes. */
  diedReading?(path: string, range: { readonly offset: number; readonly length: number }): void
  /** A file is not read until it is tried again; all others are. */
  fileQuarantined?(file: QuarantinedFile): void
  /** A file that was in quarantine was read and stored. */
  quarantineEnded?(path: string): void
  /** Change events are not to be had (limits, file system): everything is found by polling instead. */
  hintsLost?(error: Error): void
}
