import { setTimeout as sleep } from 'node:timers/promises'
import { askDaemon, CHILD_NAMES, type ChildName, type HealthDocument } from '@turnlog/health'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import type { Command } from './command.ts'

/** How long a restarted process may take until it is ready. */
const PATIENCE_MS = 10_000
const ASK_EVERY_MS = 50

/** Restarts the watcher, the web server, or both; ends a crash loop. */
export const restart: Command = {
  usage: 'restart [watcher|web]',
  summary: 'restarts the watcher, the web server or both, also when they were given up on',
  async run(args) {
    const names = CHILD_NAMES.filter((name) => args.length === 0 || args[0] === name)
    if (names.length === 0 || args.length > 1) return refuse(args)
    const { stateDir } = readSettings()
    const codes = await Promise.all(names.map((name) => restartChild(stateDir, name)))
    return Math.max(...codes)
  },
}

async function restartChild(stateDir: string, child: ChildName): Promise<number> {
  const before = (await readHealth(stateDir))?.[child].pid ?? null
  const reply = await askDaemon(stateDir, { ask: 'restart', child })
  if (reply.kind === 'absent') return fail('turnlog is not running. Start it with: turnlog start', EXIT.nothingRuns)
  if (reply.kind === 'silent') return fail(`${child} could not be restarted: ${reply.problem}.`, EXIT.failure)
  if (!reply.answer.ok) return fail(`${child} could not be restarted: ${reply.answer.error}.`, EXIT.failure)
  const pid = await waitUntilBack(stateDir, child, before)
  if (pid === null) return fail(`${child} was restarted and is not ready yet. See: turnlog status`, EXIT.failure)
  console.log(`${child} was restarted (process ${pid}).`)
  return EXIT.ok
}

async function waitUntilBack(stateDir: string, child: ChildName, before: number | null): Promise<number | null> {
  const deadline = performance.now() + PATIENCE_MS
  while (performance.now() < deadline) {
    const health = await readHealth(stateDir)
    if (health !== null && isBack(health, child) && health[child].pid !== before) return health[child].pid
    await sleep(ASK_EVERY_MS)
  }
  return null
}

function isBack({ watcher, web }: HealthDocument, child: ChildName): boolean {
  return child === 'watcher' ? watcher.ready : web.running
}

async function readHealth(stateDir: string): Promise<HealthDocument | null> {
  const reply = await askDaemon(stateDir, { ask: 'health' })
  return reply.kind === 'answered' && reply.answer.ok ? (reply.answer.health ?? null) : null
}

function refuse(args: readonly string[]): number {
  return fail(
    `Expected \`watcher\`, \`web\` or nothing, got \`${args.join(' ')}\`\nUsage: turnlog ${restart.usage}`,
    EXIT.usage,
  )
}

function fail(words: string, code: number): number {
  console.error(words)
  return code
}
