import { Client } from 'pg'
import { expect, test } from 'vitest'
import { judgeLock } from '../src/embedded/judge-lock.ts'
import { classifyLaunchFailure } from '../src/embedded/launch-server.ts'
import type { OsProcess } from '../src/embedded/os-process.ts'
import { type Place, relatePlace } from '../src/embedded/place.ts'
import { parsePostmasterFile } from '../src/embedded/postmaster-file.ts'
import { parseAccounts } from '../src/embedded/server-account.ts'
import { readerUrl, socketUrl } from '../src/embedded/server-address.ts'
import { serverArguments } from '../src/embedded/server-settings.ts'

const lock = {
  pid: 42,
  dataDir: '/state/postgres/data',
  startedAt: 1_700_000_000,
  port: 5433,
  socketDir: '/state/postgres/socket',
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
  const text = '42\n/state/postgres/data\n1700000000\n5433\n/state/postgres/socket\n127.0.0.1\n 1234 5\nready   \n'
  expect(parsePostmasterFile(text)).toEqual(lock)
  expect(parsePostmasterFile(text.split('\n').slice(0, 3).join('\n'))).toEqual({
    ...lock,
    port: null,
    socketDir: null,
    status: null,
  })
})

test.each(['', '\n', '0\n/x\n1\n', '1\n/x\n1\n', 'abc\n/x\n1\n', '42\n', '42\n/x\n'])('%j is not a lock', (text) => {
  expect(parsePostmasterFile(text)).toBeNull()
})

test('the reason of a failed start is read from the log', () => {
  const taken =
    'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use\nFATAL:  could not create any TCP/IP sockets'
  expect(classifyLaunchFailure(taken)).toBe('port_taken')
  expect(classifyLaunchFailure('FATAL:  lock file "postmaster.pid" already exists')).toBe('lock_held')
  const socketTaken = 'FATAL:  lock file "/state/postgres/socket/.s.PGSQL.5433.lock" already exists'
  expect(classifyLaunchFailure(socketTaken)).toBe('port_taken')
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

test('settings of the caller win over the defaults, but not over where the server listens', () => {
  const list = serverArguments({
    dataDir: '/data',
    socketDir: '/state, of "ada"/socket',
    port: 5433,
    hostAccessFile: '/state/pg_hba.conf',
    settings: { shared_buffers: '16MB', port: '1', hba_file: '/tmp/other', unix_socket_directories: '/tmp' },
  })
  expect(list).toContain('hba_file=/state/pg_hba.conf')
  expect(list).toContain('unix_socket_directories="/state, of ""ada""/socket"')
  expect(list).toContain('shared_buffers=16MB')
  expect(list).not.toContain('shared_buffers=128MB')
  expect(list).toContain('port=5433')
})

const here: Place = { host: 'ada', boot: 'b1', namespaces: 'pid:[1] net:[1]' }

test.each<[string, Partial<Place>, string]>([
  ['itself', {}, 'same'],
  ['the machine under its old name', { host: 'old-name' }, 'same'],
  ['another container', { host: 'c0ffee', namespaces: 'pid:[2] net:[2]' }, 'same_machine'],
  ['another network of the same process ids', { namespaces: 'pid:[1] net:[2]' }, 'same_machine'],
  ['the machine before it was restarted', { boot: 'b0' }, 'earlier_boot'],
  ['another machine', { host: 'bob', boot: 'b2' }, 'other_machine'],
])('%s is recognised as a place', (_, difference, relation) => {
  expect(relatePlace({ ...here, ...difference }, here)).toBe(relation)
})

test('where the system has no id of its boot, the host name decides', () => {
  const mac: Place = { host: 'mac', boot: '', namespaces: '' }
  expect(relatePlace(mac, mac)).toBe('same')
  expect(relatePlace({ ...mac, host: 'other' }, mac)).toBe('other_machine')
})

test('the URL of a socket is understood by the URL parser and by the driver, with any characters in its path', () => {
  const socketDir = "/home/ada lovelace/it's 100%, ünd/socket"
  const url = socketUrl({ socketDir, port: 5433 }, 'turnlog_owner')
  expect(decodeURIComponent(new URL(url).hostname)).toBe(socketDir)
  const client = new Client({ connectionString: url })
  expect(client).toMatchObject({ host: socketDir, port: 5433, user: 'turnlog_owner', database: 'turnlog' })
  expect(new Client({ connectionString: readerUrl(5433, 'p@ss/word') })).toMatchObject({ password: 'p@ss/word' })
})
