import type { Readable } from 'node:stream'
import { createLineSplitter, type LineSink } from './split-lines.ts'

/**
 * Reads a stream to its end, always as fast as it comes: whoever writes into it is never made to wait by us. Resolves
 * when the stream is closed, with the last line handed out.
 */
export function captureOutput(stream: Readable, maxLineBytes: number, sink: LineSink): Promise<void> {
  const splitter = createLineSplitter(maxLineBytes, sink)
  stream.on('data', (chunk: Buffer) => {
    splitter.push(chunk)
    release(chunk)
    takeTurns(stream)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  // A broken pipe ends the stream like its end does; 'close' follows in both cases.
  stream.on('error', () => {})
  stream.once('close', () => {
    splitter.end()
    resolve()
  })
  return promise
}

// A pipe that never runs dry is read up to 32 times before anything else gets its turn: with a chunk of short lines each,
// heartbeats and stops would wait for a good part of a second. One chunk a turn costs next to nothing.
function takeTurns(stream: Readable): void {
  stream.pause()
  setImmediate(() => stream.resume())
}

// Every chunk has 64 KiB of its own, which only a garbage collection would free: under a flood tens of megabytes pile up
// before the next one. Detaching the memory frees it at once.
function release({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
