import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net'
import { socketPath } from '../embedded/server-address.ts'

/** A stretch of network between a client and a server that a test can spoil. */
export interface TcpProxy extends AsyncDisposable {
  /** The server's URL, through the proxy. */
  readonly url: string
  /** From now on, cuts each connection at the server's first answer after the client sent these bytes. */
  cutAnswerTo(sent: string): void
  /** From now on, swallows what comes, in both directions, without closing anything. */
  swallow(): void
  /** Works as it should again, for new connections. */
  heal(): void
  readonly cuts: number
}

export async function tcpProxy(serverUrl: string): Promise<TcpProxy> {
  const target = toTarget(new URL(serverUrl))
  const sockets = new Set<Socket>()
  const state = { cutAfter: null as string | null, swallowing: false, cuts: 0 }
  const server = createServer((client) => {
    const upstream = connect(target)
    let doomed = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('data', (data) => {
      if (state.swallowing) return
      if (state.cutAfter !== null && data.includes(state.cutAfter)) doomed = true
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (state.swallowing) return
      if (!doomed) return void client.write(data)
      state.cutAfter = null
      state.cuts += 1
      client.destroy()
      upstream.destroy()
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(serverUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    cutAnswerTo: (sent) => {
      state.cutAfter = sent
    },
    swallow: () => {
      state.swallowing = true
    },
    heal: () => {
      state.swallowing = false
    },
    get cuts() {
      return state.cuts
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A socket's folder stands in place of the host, encoded. */
function toTarget({ hostname, port }: URL): NetConnectOpts {
  const host = decodeURIComponent(hostname)
  if (host.startsWith('/')) return { path: socketPath({ socketDir: host, port: Number(port) }) }
  return { host, port: Number(port) }
}
