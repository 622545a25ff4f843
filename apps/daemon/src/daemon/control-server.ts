import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import {
  controlSocketPath,
  type DaemonAnswer,
  type DaemonRequest,
  MAX_REQUEST_BYTES,
  makeControlSocketFolder,
  parseDaemonRequest,
} from '@turnlog/health'

export interface ControlServer {
  /**
   * Takes no more requests, and takes the socket's file away. Whoever asked to stop is still connected: the end of that
   * connection tells them that the daemon is gone.
   */
  close(): void
}

/** A client that sends nothing is let go after this time. */
const PATIENCE_MS = 5_000

/**
 * Listens on the control socket of a state directory, which only this account can use. Call it with the state directory
 * claimed: a socket that is there already is that of a daemon that was killed.
 *
 * @throws if the socket cannot be made
 */
export async function openControlServer(
  stateDir: string,
  answer: (request: DaemonRequest) => DaemonAnswer,
): Promise<ControlServer> {
  const path = controlSocketPath(stateDir)
  makeControlSocketFolder(stateDir)
  rmSync(path, { force: true })
  const server = createServer((socket) => serve(socket, answer))
  await listenPrivately(server, path)
  server.unref()
  return {
    close() {
      rmSync(path, { force: true })
      server.close()
    },
  }
}

// The file is made with these permissions: between making it and narrowing them anybody could connect.
async function listenPrivately(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  const umask = process.umask(0o177)
  try {
    server.listen(path, resolve)
  } finally {
    process.umask(umask)
  }
  await promise
}

function serve(socket: Socket, answer: (request: DaemonRequest) => DaemonAnswer): void {
  let received = ''
  socket.unref()
  socket.setEncoding('utf8')
  socket.setTimeout(PATIENCE_MS, () => {
    if (received === '') socket.destroy()
  })
  // Clients come and go as they like.
  socket.on('error', () => {})
  socket.on('data', (text) => {
    if (received.includes('\n')) return
    received += text
    const end = received.indexOf('\n')
    if (end !== -1) reply(socket, received.slice(0, end), answer)
    else if (received.length > MAX_REQUEST_BYTES) socket.destroy()
  })
}

function reply(socket: Socket, line: string, answer: (request: DaemonRequest) => DaemonAnswer): void {
  const request = parseDaemonRequest(line)
  const text = `${JSON.stringify(request === null ? NO_REQUEST : answer(request))}\n`
  if (request?.ask === 'stop') socket.write(text)
  else socket.end(text)
}

const NO_REQUEST: DaemonAnswer = { ok: false, error: 'this is no request that the daemon knows' }
