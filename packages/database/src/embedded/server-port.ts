import { readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'

/**
 * A port that was free a moment ago: the last one used, so that URLs stay as they are over restarts, else any. Somebody
 * else can still take it before the server does; ask again then, and name it in `avoid`.
 */
export async function chooseServerPort(portFile: string, avoid: ReadonlySet<number>): Promise<number> {
  const last = Number(await readFile(portFile, 'utf8').catch(() => ''))
  if (isPort(last) && !avoid.has(last) && (await bindable(last)) === last) return last
  const free = await bindable(0)
  if (free === null)
    throw new Error('No port on 127.0.0.1 is free for the embedded server. Close some connections and start again.')
  return free
}

/** On a full disk the next start merely takes another port. */
export async function rememberServerPort(portFile: string, port: number): Promise<void> {
  await writeFile(portFile, `${port}\n`).catch(() => {})
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value > 1023 && value < 65536
}

/** The port that was bound (any free one for 0) and is free again; null if it cannot be had. */
function bindable(port: number): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>()
  const server = createServer()
  server.once('error', () => resolve(null))
  server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
    const bound = (server.address() as AddressInfo).port
    server.close(() => resolve(bound))
  })
  return promise
}
