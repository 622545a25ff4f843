import { cpSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type SupervisedChild, superviseChild } from '@turnlog/supervisor'
import type { Machine } from '../../support/turnlog.ts'
import { until } from '../../support/until.ts'

const NO_JSON = '(no JSON)'
const BUILD = fileURLToPath(new URL('../../../dist', import.meta.url))

/** The watcher process of turnlog, under its own supervisor, which never loses its patience here. */
export interface SupervisedWatcher extends AsyncDisposable {
  /** Of the process that runs now; null between two. */
  readonly pid: number | null
  /** How many processes have been started. */
  readonly starts: number
  /** How its processes ended that are gone: signal or exit code. */
  readonly ends: readonly string[]
  /** Everything it has logged, one message a line. */
  readonly messages: string
  /** What it has said that is no log line, such as the error that ended it. */
  readonly complaints: readonly string[]
  /** Resolves when it has logged a message that matches, since the start of the test. */
  said(message: RegExp): Promise<void>
  /** Resolves with the pid of a process other than this one. */
  another(pid: number | null): Promise<number>
}

/** @param stateDir in place of the machine's own, for a second watcher of the same files */
export async function superviseWatcher(
  machine: Machine,
  url: string,
  stateDir = machine.stateDir,
): Promise<SupervisedWatcher> {
  // Builds it if need be. A copy runs, so that whoever builds meanwhile is no further fault.
  await machine.run('help')
  const folder = mkdtempSync(join(machine.folder, 'watcher-'))
  const build = join(folder, 'dist')
  cpSync(BUILD, build, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const now = { pid: null as number | null, starts: 0, messages: '', ends: [] as string[] }
  const watcher: SupervisedChild = superviseChild({
    name: 'watcher',
    modulePath: join(build, 'watcher-process.js'),
    env: {
      inherit: ['PATH', 'TMPDIR'],
      set: {
        HOME: machine.home,
        TURNLOG_STATE_DIR: stateDir,
        TURNLOG_LOGGING__LEVEL: 'warn',
        DATABASE_URL: url,
      },
    },
    restart: { maxRestarts: 1_000_000, initialDelayMs: 1, maxDelayMs: 1 },
    output: ({ text }) => {
      now.messages += `${toMessage(text)}\n`
    },
    report: {
      spawned: (_name, { pid }) => {
        now.pid = pid
        now.starts += 1
      },
      exited: (_name, { code, signal }) => {
        now.pid = null
        now.ends.push(signal ?? `exit code ${code}`)
      },
    },
  })
  watcher.start()
  return {
    get pid() {
      return now.pid
    },
    get starts() {
      return now.starts
    },
    get ends() {
      return now.ends
    },
    get messages() {
      return now.messages
    },
    get complaints() {
      return now.messages.split('\n').filter((message) => message.startsWith(NO_JSON))
    },
    said: async (message) => {
      await until(
        () => now.messages,
        (messages) => message.test(messages),
      )
    },
    another: async (pid) =>
      (await until(
        () => now.pid,
        (found) => found !== null && found !== pid,
      )) as number,
    [Symbol.asyncDispose]: async () => {
      await watcher.stop()
    },
  }
}

/** A line that the supervisor had to cut is not JSON any more: then its message is lost, and the test should see that. */
function toMessage(line: string): string {
  try {
    return (JSON.parse(line) as { msg: string }).msg
  } catch {
    return `${NO_JSON} ${line.slice(0, 500)}`
  }
}
