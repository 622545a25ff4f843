import type { Writable } from 'node:stream'

/** Resolves when all that was written so far is out of this process, or can never be. `process.exit` cuts off the rest. */
export async function drainOutput(streams: readonly Writable[] = [process.stdout, process.stderr]): Promise<void> {
  await Promise.all(streams.map(drain))
}

function drain(stream: Writable): Promise<void> {
  if (stream.destroyed || stream.writableEnded) return Promise.resolve()
  return new Promise((resolve) => stream.write('', () => resolve()))
}
