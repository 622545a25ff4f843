import { createServer } from 'node:net'

export interface PortReturnOptions {
  readonly host: string
  readonly port: number
  /** Whether somebody waits for the port now. */
  readonly isAwaited: () => boolean
  /** Called when it is awaited and free. */
  readonly onFree: () => void
  /** How often is looked, in milliseconds; 10 s unless told. */
  readonly everyMs?: number
}

/** Looks from time to time whether a port that is waited for has become free. Disposing of it ends that. */
export function watchForPort({ host, port, isAwaited, onFree, everyMs = 10_000 }: PortReturnOptions): Disposable {
  const timer = setInterval(async () => {
    // Looked at twice: a stop or a restart may have come in between.
    if (isAwaited() && (await isFree(port, host)) && isAwaited()) onFree()
  }, everyMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

// Asked by taking it for a moment: whether somebody listens there would say nothing about the right to.
function isFree(port: number, host: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  return promise
}
