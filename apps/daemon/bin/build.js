// Builds turnlog for the launcher: one line while it works, the whole output of the tools when it fails.
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeSources, isBuildFresh, root, stampFile } from './sources.js'

const lockFile = `${dirname(dirname(stampFile))}/node_modules/.building`
const ATTEMPTS_A_SECOND = 10
// Many times what a build takes: a lock this old was left behind, even if its number belongs to another process by now.
const LONGEST_BUILD_MS = 120_000

/** Builds, unless another process does so already and gets it done. Ends this process when it cannot be done. */
export async function build() {
  try {
    await withLock(() => isBuildFresh() || buildNow())
  } catch (error) {
    fail(`turnlog could not be built: ${error.message}`)
  }
}

function buildNow() {
  console.error('Building turnlog…')
  // Described before it is built: what changes meanwhile is built the next time.
  const sources = describeSources()
  for (const app of readdirSync(join(root, 'apps'))) buildApp(join(root, 'apps', app))
  writeFileSync(stampFile, sources)
}

/** Runs rolldown itself: turbo would need a pnpm, and who starts turnlog by hand may have none. */
function buildApp(cwd) {
  if (!existsSync(join(cwd, 'rolldown.config.ts'))) return
  // The tools run on the Node that runs this.
  const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(':') }
  const rolldown = join(cwd, 'node_modules/.bin/rolldown')
  const { status, error, stdout, stderr } = spawnSync(rolldown, ['--config'], { cwd, encoding: 'utf8', env })
  if (error?.code === 'ENOENT') fail('turnlog is not installed yet. Run: npx pnpm@12 install')
  if (error) throw error
  if (status !== 0) fail(`${stdout}${stderr}\nturnlog could not be built; what the build said is above.`)
}

/** Lets one process at a time build: two would write the same files. The lock of a process that died is nobody's. */
async function withLock(work) {
  while (!takeLock()) await sleep(1000 / ATTEMPTS_A_SECOND)
  try {
    work()
  } finally {
    rmSync(lockFile, { force: true })
  }
}

function takeLock() {
  try {
    mkdirSync(dirname(lockFile), { recursive: true })
    const lock = openSync(lockFile, 'wx')
    writeFileSync(lock, String(process.pid))
    closeSync(lock)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (!isHeld()) rmSync(lockFile, { force: true })
    return false
  }
}

function isHeld() {
  try {
    const holder = Number(readFileSync(lockFile, 'utf8'))
    if (Date.now() - statSync(lockFile).mtimeMs > LONGEST_BUILD_MS) return false
    // An empty file is a lock that is just being written.
    return holder === 0 || process.kill(holder, 0)
  } catch (error) {
    // Whatever cannot be asked is held, and is asked again; only a process that does not exist holds nothing.
    return error.code !== 'ESRCH'
  }
}

function fail(message) {
  console.error(message)
  rmSync(lockFile, { force: true })
  process.exit(1)
}
