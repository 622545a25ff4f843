/**
 * How long the host is without a watcher when it is killed: from SIGKILL to the next one's word that it has the lock,
 * has read the cursors and follows the files.
 *
 *   node bench/watcher-recovery.ts [kills] [files]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const [kills = 20, files = 0] = process.argv.slice(2).map(Number)
const LAUNCHER = fileURLToPath(new URL('../apps/daemon/bin/turnlog.js', import.meta.url))
/** The first restart within the window comes at once. */
const WINDOW_MS = 1_000

const folder = mkdtempSync(join(tmpdir(), 'turnlog-bench-'))
chmodSync(folder, 0o711)
const projects = join(folder, 'home/.claude/projects/bench')
mkdirSync(projects, { recursive: true })
for (let file = 0; file < files; file += 1) writeFileSync(join(projects, `${file}.jsonl`), '')

const begun = performance.now()
const daemon = spawn(process.execPath, [LAUNCHER, 'start'], {
  env: {
    PATH: process.env.PATH,
    HOME: join(folder, 'home'),
    TURNLOG_STATE_DIR: join(folder, 'state'),
    TURNLOG_SERVER__PORT: '0',
    TURNLOG_LOGGING__LEVEL: 'debug',
    TURNLOG_LOGGING__FORMAT: 'json',
    TURNLOG_EVENT_SYSTEM__RESTART_WINDOW_SECONDS: '1',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
})
let pid = 0
let watching = Promise.withResolvers<void>()
createInterface({ input: daemon.stdout }).on('line', (line) => {
  const { msg, child, pid: itsPid } = JSON.parse(line)
  if (child === 'watcher' && msg === 'watcher started') pid = itsPid
  if (/^watching /.test(msg)) watching.resolve()
})
await watching.promise
console.log(`first start, with a new database: ${(performance.now() - begun).toFixed(0)} ms`)
const times: number[] = []
for (let kill = 0; kill < kills; kill += 1) {
  await sleep(WINDOW_MS + 100)
  watching = Promise.withResolvers()
  const killedAt = performance.now()
  process.kill(pid, 'SIGKILL')
  await watching.promise
  times.push(performance.now() - killedAt)
}
times.sort((a, b) => a - b)
const at = (share: number): string =>
  `${times[Math.min(times.length - 1, Math.floor(times.length * share))]?.toFixed(0)} ms`
console.log(`${kills} kills: median ${at(0.5)}, p95 ${at(0.95)}, worst ${at(1)}`)
daemon.kill('SIGTERM')
await once(daemon, 'close')
rmSync(folder, { recursive: true })
