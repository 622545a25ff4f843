import { expect, test } from 'vitest'
import { judgeLock } from '../src/embedded/judge-lock.ts'
import { classifyLaunchFailure } from '../src/embedded/launch-server.ts'
import type { OsProcess } from '../src/embedded/os-process.ts'
import { parsePostmasterFile } from '../src/embedded/postmaster-file.ts'
import { parseAccounts } from '../src/embedded/server-account.ts'
import { serverArguments } from '../src/embedded/server-settings.ts'

const lock = {
  pid: 42,
  dataDir: '/state/postgres/data',
  startedAt: 1_700_000_000,
  port: 5433,
  status: 'ready',
} as const
const postgres: OsProcess = {
  pid: 42,
  birth: '12345',
  startedAt: null,
  zombie: false,
  program: 'postgres',
  workingDirectory: '1:2',
}

test('a postgres in the data directory holds the lock', () => {
  expect(judgeLock(lock, postgres, '1:2')).toBe('ours')
})

test('a dead process holds no lock', () => {
  expect(judgeLock(lock, null, '1:2')).toBe('gone')
})

test.each<[string, Partial<OsProcess>]>([
  ['another program', { program: 'bash' }],
  ['a postgres of another data directory', { workingDirectory: '1:3' }],
  ['a corpse that nobody collects', { zombie: true }],
  [
    'where directories cannot be seen, a postgres of another time',
    { workingDirectory: null, startedAt: lock.startedAt + 3600 },
  ],
])('%s is a stranger', (_, facts) => {
  expect(judgeLock(lock, { ...postgres, ...facts }, '1:2')).toBe('stranger')
})

test.each<[string, Partial<OsProcess>]>([
  ['nothing but a pid', { program: null, workingDirectory: null }],
  ['a start half a minute apart', { workingDirectory: null, startedAt: lock.startedAt + 30 }],
])('%s proves nothing', (_, facts) => {
  expect(judgeLock(lock, { ...postgres, ...facts }, '1:2')).toBe('unknown')
})

test('where directories cannot be seen, the start time decides', () => {
  const seen = { ...postgres, workingDirectory: null, startedAt: lock.startedAt + 1 }
  expect(judgeLock(lock, seen, '1:2')).toBe('ours')
})

test('a lock is read as far as it is written', () => {
  const text = '42\n/state/postgres/data\n1700000000\n5433\n\n127.0.0.1\n 1234 5\nready   \n'
  expect(parsePostmasterFile(text)).toEqual(lock)
  expect(parsePostmasterFile(text.split('\n').slice(0, 3).join('\n'))).toEqual({ ...lock, port: null, status: null })
})

test.each(['', '\n', '0\n/x\n1\n', '1\n/x\n1\n', 'abc\n/x\n1\n', '42\n', '42\n/x\n'])('%j is not a lock', (text) => {
  expect(parsePostmasterFile(text)).toBeNull()
})

test('the reason of a failed start is read from the log', () => {
  const taken =
    'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use\nFATAL:  could not create any TCP/IP sockets'
  expect(classifyLaunchFailure(taken)).toBe('port_taken')
  expect(classifyLaunchFailure('FATAL:  lock file "postmaster.pid" already exists')).toBe('lock_held')
  expect(classifyLaunchFailure('FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use')).toBe(
    'memory_in_use',
  )
  expect(classifyLaunchFailure('FATAL:  could not write lock file "postmaster.pid": No space left on device')).toBe(
    'failed',
  )
})

test('accounts with negative ids are read as the system means them', () => {
  const passwd = '# comment\nnobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false\nroot:x:0:0::/root:/bin/sh\n'
  expect(parseAccounts(passwd)).toEqual([
    { name: 'nobody', uid: 4294967294, gid: 4294967294 },
    { name: 'root', uid: 0, gid: 0 },
  ])
})

test('settings of the caller win over the defaults, but not over the port', () => {
  const list = serverArguments('/data', 5433, { shared_buffers: '16MB', port: '1' })
  expect(list).toContain('shared_buffers=16MB')
  expect(list).not.toContain('shared_buffers=128MB')
  expect(list).toContain('port=5433')
})
