import { statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'

/** The one lock of a state directory, while its holder lives. */
export interface InstanceLock {
  release(): Promise<void>
}

/**
 * Takes the lock that lets one daemon run on a state directory; null if another one holds it.
 *
 * A listening socket with an abstract name (Linux): taken in one step by exactly one process, and free again the
 * moment that process is gone, even by SIGKILL. There is no file that could be left over, and no pid that could have
 * become another process. Other systems have no abstract names; there the name is a port on the loopback interface.
 */
export async function takeInstanceLock(stateDir: string): Promise<InstanceLock | null> {
  const server = createServer((socket) => socket.destroy())
  const isTaken = await listen(server, toAddress(stateDir))
  if (!isTaken) return null
  server.unref()
  return { release: () => new Promise((done) => server.close(() => done())) }
}

/** Follows from the directory itself, whatever path leads there. */
function toAddress(stateDir: string): { readonly path: string } | { readonly port: number; readonly host: string } {
  const { dev, ino } = statSync(stateDir, { bigint: true })
  if (process.platform === 'linux') return { path: `\0turnlog-${dev}-${ino}` }
  // The range that IANA leaves to private use; two state directories meet in it once in sixteen thousand.
  return { port: 49_152 + Number((dev * 31n + ino) % 16_384n), host: '127.0.0.1' }
}

function listen(server: Server, address: ReturnType<typeof toAddress>): Promise<boolean> {
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') done(false)
      else fail(error)
    })
    server.listen({ ...address, exclusive: true }, () => done(true))
  })
}
