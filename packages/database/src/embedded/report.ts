/** Everything that can happen to an embedded server. Implement what you want to tell; times are in milliseconds. */
export interface EmbeddedPostgresReport {
  /** A new database is about to be made (once per state directory). */
  initialising(facts: { readonly dataDir: string; readonly account: string | null }): void
  initialised(facts: { readonly dataDir: string; readonly ms: number }): void
  /** The binaries could not be used where they are installed, and were copied once. */
  runtimeCopied(facts: {
    readonly from: string
    readonly to: string
    readonly reason: string
    readonly ms: number
  }): void
  /** The state directory cannot be entered by the server's account, so the server lives elsewhere. */
  relocated(facts: { readonly stateDir: string; readonly home: string; readonly account: string }): void
  /** `postmaster.pid` named a living process that has nothing to do with the server. It was left alone. */
  staleLock(facts: { readonly pid: number }): void
  /** The start could not go on at once, and is tried again. */
  retrying(facts: { readonly reason: 'port_taken' | 'lock_held' | 'memory_in_use' }): void
  /** The server of an earlier owner was still running and is used as it is. */
  adopted(facts: { readonly pid: number; readonly port: number; readonly ms: number }): void
  started(facts: { readonly pid: number; readonly port: number; readonly ms: number }): void
  stopped(facts: { readonly pid: number; readonly mode: StopMode; readonly ms: number }): void
}

/**
 * `smart` waits for clients to leave, `fast` disconnects them and writes a checkpoint, `immediate` leaves the rest to
 * crash recovery at the next start. No mode loses anything committed.
 */
export type StopMode = 'smart' | 'fast' | 'immediate'
