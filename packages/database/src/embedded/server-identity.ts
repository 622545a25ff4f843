import { USER } from './data-directory.ts'

/** The database that is made for turnlog. */
export const DATABASE = 'turnlog'

/** What a server says about itself to somebody who knows the password. */
export interface ServerIdentity {
  readonly dataDir: string
  /** Unix time in seconds. */
  readonly startedAt: number
  readonly version: string
}

/** `not_ready`: the server is on its way up or down, or does not answer in time. */
export type IdentityAnswer =
  | { readonly ok: true; readonly identity: ServerIdentity }
  | { readonly ok: false; readonly failure: 'not_ready' | 'wrong_password' | 'failed'; readonly message: string }

/**
 * Asks the server on a port of this machine who it is, and makes the database `turnlog` if it has none yet. Answers as
 * plain data, so that another process can do the asking.
 */
export type IdentifyServer = (port: number, password: string) => Promise<IdentityAnswer>

export function serverUrl(port: number, password: string): string {
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`
}
