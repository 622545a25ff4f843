import { isIP } from 'node:net'

export interface Place {
  /** As configured. */
  readonly host: string
  readonly port: number
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
const EVERYWHERE = new Set(['0.0.0.0', '::', '[::]'])

/**
 * Whether a `Host` header means this server. A page of somebody else can let its own name point here (DNS rebinding),
 * and would then read everything; only the names that this server is known by are answered.
 *
 * A server that listens everywhere is also asked by its addresses: an address is no name that anybody could rebind.
 */
export function isOwnHost(header: string | undefined, { host, port }: Place): boolean {
  const asked = parseHost(header)
  if (asked === null || asked.port !== port) return false
  if (LOOPBACK.has(asked.name) || asked.name === bracket(host.toLowerCase())) return true
  return EVERYWHERE.has(host) && isIP(asked.name.replace(/^\[|\]$/g, '')) !== 0
}

/** Whether an `Origin` header means a page of this server. */
export function isOwnOrigin(header: string, place: Place): boolean {
  return header.startsWith('http://') && isOwnHost(header.slice('http://'.length), place)
}

function parseHost(header: string | undefined): { readonly name: string; readonly port: number } | null {
  const [, name, port = '80'] = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i.exec(header ?? '') ?? []
  return name === undefined ? null : { name: name.toLowerCase(), port: Number(port) }
}

function bracket(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
