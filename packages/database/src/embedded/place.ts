import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Where a process runs: what decides which process ids, sockets and locks it can see. */
export interface Place {
  readonly host: string
  /** Changes with each boot and is the same in all containers of a machine; empty where the system has no such id. */
  readonly boot: string
  /** The namespaces of process ids and of the network; empty where the system has none. */
  readonly namespaces: string
}

/**
 * `same`            all process ids and sockets are shared
 * `same_machine`    the same kernel, but another container: only files and sockets in the file system are shared
 * `earlier_boot`    this machine before it was restarted, so none of its processes is left
 * `other_machine`   nothing is shared but the files
 */
export type PlaceRelation = 'same' | 'same_machine' | 'earlier_boot' | 'other_machine'

/** The place of this process. */
export function readPlace(): Place {
  return {
    host: hostname(),
    boot: readOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespaces: readOr('', () => `${readlinkSync('/proc/self/ns/pid')} ${readlinkSync('/proc/self/ns/net')}`),
  }
}

/**
 * How another place relates to this one. The boot decides before the host name, because each container has a host name
 * of its own, and a machine can change its name.
 */
export function relatePlace(other: Place, here: Place): PlaceRelation {
  const isSameHost = other.host === here.host
  if (other.boot !== here.boot) return isSameHost ? 'earlier_boot' : 'other_machine'
  if (here.boot === '' && !isSameHost) return 'other_machine'
  return other.namespaces === here.namespaces ? 'same' : 'same_machine'
}

/** Reads a place from parsed JSON; null if it is none. */
export function toPlace(value: unknown): Place | null {
  const { host, boot, namespaces } = (value ?? {}) as Partial<Record<keyof Place, unknown>>
  if (typeof host !== 'string' || typeof boot !== 'string' || typeof namespaces !== 'string') return null
  return { host, boot, namespaces }
}

function readOr(otherwise: string, read: () => string): string {
  try {
    return read()
  } catch {
    return otherwise
  }
}
