import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const packageDir = join(import.meta.dirname, '../..')

/** A project of somebody else: outside the workspace, made with npm, with nothing in it but the packed package. */
export async function scratchProject() {
  const dir = await mkdtemp(join(tmpdir(), 'turnlog-consumer-'))
  const inside = { cwd: dir, env: environment() }
  await writeFile(join(dir, 'package.json'), '{ "private": true, "type": "module" }')
  await copyFile(join(import.meta.dirname, 'consumer.ts.txt'), join(dir, 'consumer.ts'))
  return {
    dir,
    async install(): Promise<void> {
      await run('npm', ['install', '--no-audit', '--no-fund', await pack(dir)], inside)
    },
    async typecheck(options: readonly string[]): Promise<string> {
      const tsc = join(packageDir, '../../node_modules/.bin/tsc')
      const { stdout } = await run(tsc, ['--strict', '--types', '', ...options, 'consumer.ts'], inside)
      return stdout
    },
    async run(file: string): Promise<unknown> {
      const { stdout } = await run(process.execPath, [file], inside)
      return JSON.parse(stdout)
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true }),
  }
}

/** The name of the packed file, which goes to `dir`. */
async function pack(dir: string): Promise<string> {
  const [command, ...args] = pnpm()
  await run(command, [...args, 'pack', '--pack-destination', dir], { cwd: packageDir })
  const packed = (await readdir(dir)).find((name) => name.endsWith('.tgz'))
  if (packed === undefined) throw new Error('Expected `pnpm pack` to leave a .tgz')
  return join(dir, packed)
}

/** The pnpm that runs this test; without one, the way that the README starts it. */
function pnpm(): readonly [string, ...string[]] {
  const current = process.env.npm_execpath
  return current?.includes('pnpm') ? [current] : ['npx', '-y', 'pnpm@12']
}

/** What pnpm tells its scripts is not meant for the npm of another project. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|pnpm_)/i.test(name)))
}
