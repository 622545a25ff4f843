/** What the web server needs of a logger; pino's fits. */
export interface WebLog {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}
