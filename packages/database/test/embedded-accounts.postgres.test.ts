import { execFile } from 'node:child_process'
import { chmod, chown, cp, lstat, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { binariesIn, installedBinaries } from '../src/embedded/binaries.ts'
import { findEmbeddedPostgres } from '../src/embedded/find-embedded-postgres.ts'
import { usableBinaries } from '../src/embedded/runtime-copy.ts'
import { canReach, parseAccounts, type ServerAccount, spawnIdentity } from '../src/embedded/server-account.ts'
import { startEmbeddedPostgres } from '../src/embedded/start-embedded-postgres.ts'
import { stopLeftover } from '../src/testing/stop-leftover.ts'
import { query, recorder, SETTINGS, startOwner, stateDirectory } from './embedded-kit.ts'

const isRoot = process.getuid?.() === 0
const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

test('binaries without the links between their libraries are completed in a copy', async () => {
  const installed = await installedBinaries()
  const root = await temporaryFolder(0o755)
  // As an installation looks that ran no install scripts.
  await cp(installed.root, join(root, 'native'), { recursive: true, verbatimSymlinks: true, filter: isNoLink })
  const bare = binariesIn(join(root, 'native'), installed.version)
  const { report, events } = recorder()
  const options = { installed: bare, runtimeDir: join(root, 'runtime'), account: null, report }
  const usable = await usableBinaries(options)
  expect(usable.root).toBe(join(root, 'runtime', installed.version))
  const { stdout } = await promisify(execFile)(usable.initdb, ['--version'])
  expect(stdout).toContain('(PostgreSQL) 18')
  expect(await usableBinaries(options)).toEqual(usable)
  expect(events.map(({ name }) => name)).toEqual(['runtimeCopied'])
})

describe.skipIf(!isRoot)('as root (skipped for other accounts)', () => {
  test('the server runs under an unprivileged account, without the groups of root', async () => {
    await using state = await stateDirectory()
    const server = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
    const owner = await stat(join(state.path, 'postgres/data'))
    expect(owner.uid).not.toBe(0)
    expect(status).toMatch(new RegExp(`^Uid:\t${owner.uid}\t${owner.uid}\t`, 'm'))
    expect(status).toMatch(/^Groups:\s*$/m)
  })

  test('the owner of existing data keeps it', async () => {
    await using state = await stateDirectory()
    const account = await anAccount('daemon')
    await mkdir(join(state.path, 'postgres'))
    await chmod(join(state.path, 'postgres'), 0o711)
    await mkdir(join(state.path, 'postgres/data'), { mode: 0o700 })
    await chown(join(state.path, 'postgres/data'), account.uid, account.gid)
    await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
    expect((await stat(join(state.path, 'postgres/data/PG_VERSION'))).uid).toBe(account.uid)
  })

  test('binaries that the account cannot reach are copied once', async () => {
    const installed = await installedBinaries()
    const locked = await temporaryFolder(0o700)
    await cp(installed.root, join(locked, 'native'), { recursive: true, verbatimSymlinks: true })
    const open = await temporaryFolder(0o711)
    const account = await anAccount('nobody')
    const unreachable = binariesIn(join(locked, 'native'), installed.version)
    const usable = await usableBinaries({ installed: unreachable, runtimeDir: join(open, 'runtime'), account })
    expect(usable.root).toBe(join(open, 'runtime', installed.version))
    const { stdout } = await promisify(execFile)(usable.postgres, ['--version'], {
      cwd: '/',
      ...spawnIdentity(account),
    })
    expect(stdout).toContain('(PostgreSQL) 18')
  })

  test('a state directory that the account cannot enter keeps its mode, and the server lives elsewhere', async () => {
    const locked = await temporaryFolder(0o700)
    const elsewhere = join(await temporaryFolder(0o711), 'embedded')
    const stateDir = join(locked, 'state')
    const { report, events } = recorder()
    const options = { stateDir, fallbackDir: elsewhere, settings: SETTINGS, report }
    const first = await startEmbeddedPostgres(options)
    cleanups.push(() => stopLeftover(stateDir))
    await query(first.url, 'create table kept (id int)')
    expect(events.find(({ name }) => name === 'relocated')?.facts.home).toContain(elsewhere)
    expect(await findEmbeddedPostgres(stateDir)).toMatchObject({ state: 'running', url: first.url })
    await first.stop()
    const second = await startEmbeddedPostgres(options)
    expect(await query(second.url, 'select id from kept')).toEqual([])
    expect(events.filter(({ name }) => name === 'relocated')).toHaveLength(1)
    expect((await stat(locked)).mode & 0o777).toBe(0o700)
  })

  test('an ordinary account runs the server as itself', async (context) => {
    const account = await anAccount('nobody')
    const reachable = (await canReach(process.execPath, account)) && (await canReach(import.meta.filename, account))
    if (!reachable) context.skip('this checkout lies where an ordinary account cannot enter')
    await using state = await stateDirectory()
    await chown(state.path, account.uid, account.gid)
    await using owner = startOwner(state.path, spawnIdentity(account))
    const { pid, url } = await owner.reported('running')
    expect((await stat(`/proc/${pid}`)).uid).toBe(account.uid)
    expect((await stat(join(state.path, 'postgres'))).mode & 0o777).toBe(0o700)
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
    await owner.kill()
    // Root takes over what an ordinary account left.
    const server = await startEmbeddedPostgres({ stateDir: state.path })
    expect(server).toMatchObject({ adopted: true, pid })
  })
})

async function temporaryFolder(mode: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'turnlog-accounts-'))
  await chmod(folder, mode)
  cleanups.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

async function anAccount(name: string): Promise<ServerAccount> {
  const account = parseAccounts(await readFile('/etc/passwd', 'utf8')).find((candidate) => candidate.name === name)
  if (!account) throw new Error(`This system has no account ${name}`)
  return account
}

async function isNoLink(path: string): Promise<boolean> {
  return !(await lstat(path)).isSymbolicLink()
}
