import { closeSync, openSync } from 'node:fs'
import type { TrackedFile } from '../files/tracked-file.ts'
import { decideRestart } from '../reading/continuity.ts'
import { readFully } from '../reading/read-fully.ts'
import type { AccountGap, AuditedFile, CommittedCursor } from './audited-file.ts'

type Account = Omit<AuditedFile, 'reread' | 'file'>

const NOTHING_PENDING = { unread: 0, openLine: 0 }

const CHUNK_BYTES = 256 * 1024

/** Compares one file, as the catalog has just found it, with its cursor. Never throws. */
export function auditFile(file: TrackedFile, cursor: CommittedCursor | null): Omit<AuditedFile, 'reread'> {
  const account = file.archive === null ? auditPlain(file, cursor) : auditCompressed(file, cursor)
  return { ...account, file: file.identity }
}

function auditPlain(file: TrackedFile, cursor: CommittedCursor | null): Account {
  try {
    const fd = openSync(file.path, 'r')
    try {
      return auditOpenFile(fd, file, cursor)
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    const { path, size } = file
    const gap: AccountGap = { kind: 'unreadable', error: error as Error }
    return { path, size, cursor: null, restartReason: null, pending: NOTHING_PENDING, gap }
  }
}

function auditOpenFile(fd: number, file: TrackedFile, stored: CommittedCursor | null): Account {
  const { path, size } = file
  const change = stored === null ? null : (file.restartReason ?? findChange(fd, stored, size))
  const unnoticed = change !== null && file.restartReason === null && file.isVerified
  const cursor = change === null ? stored : null
  const pending = measurePending(fd, cursor?.offset ?? 0, size)
  const gap: AccountGap | null = unnoticed ? { kind: 'changed_unnoticed', change } : checkAccount(cursor)
  return { path, size, cursor, restartReason: change, pending, gap }
}

// Its account is that of its content, whose size only its cursor tells; on disk it is done or it is not.
function auditCompressed(file: TrackedFile, stored: CommittedCursor | null): Account {
  const { path, size, restartReason } = file
  if (stored === null || restartReason !== null || file.archive === 'open') {
    return { path, size, cursor: null, restartReason, pending: { unread: size, openLine: 0 }, gap: null }
  }
  const gap = checkAccount(stored)
  return { path, size: stored.offset, cursor: stored, restartReason, pending: NOTHING_PENDING, gap }
}

function findChange(fd: number, cursor: CommittedCursor, size: number): string | null {
  return decideRestart(cursor, size, (length) => {
    const before = Buffer.alloc(length)
    return before.subarray(0, readFully(fd, before, length, cursor.offset - length))
  })
}

function checkAccount(cursor: CommittedCursor | null): AccountGap | null {
  if (cursor === null) return null
  const { delivered, skipped } = cursor.tally
  const counted = Object.values(skipped).reduce((sum, bytes) => sum + bytes, delivered)
  return counted === cursor.offset ? null : { kind: 'bytes_unaccounted', bytes: cursor.offset - counted }
}

// Where the last newline is matters only for files with an unfinished line, which are short to search from their end.
function measurePending(fd: number, offset: number, size: number): AuditedFile['pending'] {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - offset))
  for (let end = size; end > offset; end -= buffer.length) {
    const start = Math.max(offset, end - buffer.length)
    const length = readFully(fd, buffer, end - start, start)
    const newline = buffer.subarray(0, length).lastIndexOf(0x0a)
    if (newline !== -1) return { unread: start + newline + 1 - offset, openLine: size - start - newline - 1 }
  }
  return { unread: 0, openLine: size - offset }
}
