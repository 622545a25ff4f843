import { setTimeout as sleep } from 'node:timers/promises'
import { readPlace, relatePlace } from '@turnlog/database/embedded/place'
import { askDaemon } from '@turnlog/health'
import {
  type DaemonRecord,
  parseRecord,
  readRecordText,
  removeRecord,
  renewRecord,
  replaceRecord,
} from './daemon-record.ts'
import { type ClaimFacts, decideClaim } from './decide-claim.ts'
import { type InstanceLock, takeInstanceLock } from './instance-lock.ts'

export interface ClaimOptions {
  readonly stateDir: string
  /** Ends the observation of a record. */
  readonly signal: AbortSignal
  /** The start waits until it is certain that no other daemon runs. Null: there is no record of one. */
  readonly onWaiting: (holder: DaemonRecord | null) => void
  /** Another daemon took the state directory over, e.g. because this process was stopped for a long time. */
  readonly onLost: (holder: DaemonRecord | null) => void
  /** The record could not be renewed. */
  readonly onProblem: (error: Error) => void
}

export type Claim =
  | { readonly kind: 'taken'; release(): Promise<void> }
  /** Another daemon uses it. Null: it is not known which. */
  | { readonly kind: 'refused'; readonly holder: DaemonRecord | null }
  /** The signal came first. */
  | { readonly kind: 'aborted' }

const RENEW_EVERY_MS = 5_000
const LOOK_EVERY_MS = 100
/** A daemon that is just starting, or ending, makes another start wait for less. */
const REPORT_AFTER_MS = 1_000

/**
 * Makes this process the one daemon of a state directory, until it releases it. Daemons of the same place exclude each
 * other by a lock of the operating system. Those in other containers and on other machines cannot see it; they are
 * recognised by the control socket, and by a record in the directory that a running daemon renews.
 *
 * Nothing of another daemon is changed. In the usual case this takes a few milliseconds; if the record is that of another
 * place, e.g. after a power cut, it takes 15 s.
 */
export async function claimStateDir(options: ClaimOptions): Promise<Claim> {
  const { stateDir, signal } = options
  const record = { ...readPlace(), pid: process.pid, instance: makeInstance(), beat: 0 }
  const since = performance.now()
  let lock: InstanceLock | null = null
  let seen = readRecordText(stateDir)
  let isWaiting = false
  try {
    while (!signal.aborted) {
      lock ??= await takeInstanceLock(stateDir)
      const text = readRecordText(stateDir)
      const holder = parseRecord(text)
      const decision = decideClaim({
        hasLock: lock !== null,
        control: (await askDaemon(stateDir, { ask: 'health' })).kind,
        holder: relate(text, record),
        hasChanged: text !== null && text !== seen,
        observedMs: performance.now() - since,
      })
      if (decision === 'refuse') return { kind: 'refused', holder }
      if (decision === 'take' && replaceRecord(stateDir, text, record)) {
        const held = lock
        lock = null
        return { kind: 'taken', release: keep(record, held, options) }
      }
      seen = text
      if (!isWaiting && performance.now() - since > REPORT_AFTER_MS) {
        isWaiting = true
        options.onWaiting(holder)
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})
    }
    return { kind: 'aborted' }
  } finally {
    await lock?.release()
  }
}

function relate(text: string | null, here: DaemonRecord): ClaimFacts['holder'] {
  if (text === null) return null
  const holder = parseRecord(text)
  return holder === null ? 'unknown' : relatePlace(holder, here)
}

/** Renews the record until the result is called. */
function keep(record: DaemonRecord, lock: InstanceLock | null, options: ClaimOptions): () => Promise<void> {
  let current = record
  const timer = setInterval(() => {
    current = { ...current, beat: current.beat + 1 }
    try {
      if (renewRecord(options.stateDir, current)) return
      clearInterval(timer)
      options.onLost(parseRecord(readRecordText(options.stateDir)))
    } catch (error) {
      options.onProblem(error as Error)
    }
  }, RENEW_EVERY_MS).unref()
  return async () => {
    clearInterval(timer)
    removeRecord(options.stateDir, record)
    await lock?.release()
  }
}

function makeInstance(): string {
  return Math.random().toString(36).slice(2)
}
