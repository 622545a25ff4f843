import type { ServerAddress } from './server-address.ts'

/** What a server says about itself. */
export interface ServerIdentity {
  readonly dataDir: string
  /** Unix time in seconds. */
  readonly startedAt: number
  readonly version: string
}

/** `not_ready`: the server is on its way up or down, or does not answer in time. */
export type IdentityAnswer =
  | { readonly ok: true; readonly identity: ServerIdentity }
  | { readonly ok: false; readonly failure: 'not_ready' | 'failed'; readonly message: string }

/**
 * Prepares the server behind a socket: makes the database and the roles as far as they are missing, gives the reader
 * its password, and returns what the server says about itself. The answer is plain data, so that another process can do
 * it.
 */
export type IdentifyServer = (address: ServerAddress, readerPassword: string) => Promise<IdentityAnswer>
