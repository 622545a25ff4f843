/** The writer was closed before the event could be written. */
export class WriterClosedError extends Error {
  constructor() {
    super('The writer was closed before this event was written')
    this.name = 'WriterClosedError'
  }
}
