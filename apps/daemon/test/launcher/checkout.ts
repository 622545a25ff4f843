import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'

const daemon = join(import.meta.dirname, '../..')

/** A small checkout with the real launcher and the real build, and a program that only says what it was given. */
export function checkout() {
  const root = mkdtempSync(join(tmpdir(), 'turnlog-launcher-'))
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  for (const path of ['bin', 'package.json', 'rolldown.config.ts']) {
    cpSync(join(daemon, path), join(root, 'apps/daemon', path), { recursive: true })
  }
  write('apps/daemon/node_modules/.keep', '')
  for (const name of ['.bin', 'rolldown']) {
    symlinkSync(join(daemon, 'node_modules', name), join(root, 'apps/daemon/node_modules', name))
  }
  write('pnpm-lock.yaml', '')
  write('packages/words/src/greeting.ts', "export const greeting = 'hello'")
  write('apps/daemon/src/main.ts', MAIN)
  for (const name of ['daemon', 'identity', 'watcher', 'web']) write(`apps/daemon/src/${name}-process.ts`, 'export {}')
  return {
    write,
    remove: (path: string) => rmSync(join(root, path), { recursive: true }),
    makeOlder: (path: string) => utimesSync(join(root, path), new Date(0), new Date(0)),
    /** Runs `turnlog …args`, as by hand: without pnpm. */
    turnlog: (args: readonly string[], nodeOptions: readonly string[] = []) =>
      run([...nodeOptions, join(root, 'apps/daemon/bin/turnlog.js'), ...args]),
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  }
}

const MAIN = `
import { greeting } from '../../../packages/words/src/greeting.ts'
console.log(greeting, ...process.argv.slice(2))
`

// By hand means without what pnpm tells its scripts, also when it is pnpm that runs the tests.
const { npm_lifecycle_event: _, ...ENVIRONMENT } = process.env

async function run(args: readonly string[]) {
  const child = spawn(process.execPath, args, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { stdout, stderr, code: await exit }
}
