/** What the daemon needs of a log; one of pino fits as well. */
export interface Log {
  debug: LogMethod
  info: LogMethod
  warn: LogMethod
  error: LogMethod
}

interface LogMethod {
  (words: string): void
  /** Facts are for programs that read the log; `err` may be an error. */
  (facts: object, words: string): void
}
