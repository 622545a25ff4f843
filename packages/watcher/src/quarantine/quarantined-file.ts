/** A file that is not read, since reading it killed the watcher twice or the store refused it. All others are read. */
export interface QuarantinedFile {
  readonly path: string
  /** Where the bytes begin that are accused. */
  readonly offset: number
  readonly reason: string
  /** Since when; ISO 8601, as the next. */
  readonly since: string
  /** When it is tried again. */
  readonly retryAt: string
}
