import type { LastExit } from './health-document.ts'
import type { ChildFacts, HealthFacts, Problem, WatcherFacts } from './health-facts.ts'
import { isPortTaken } from './port-taken.ts'

/** A process that is silent for longer than this is reported, well before it is killed for it. */
const SILENT_MS = 10_000

/** Everything that is wrong, a cause before its consequences. */
export function findProblems({ database, watcher, writer, web }: HealthFacts): readonly Problem[] {
  return [
    ...database.problems,
    ...findWatcherProblems(watcher, database.problems.length > 0),
    ...findSpooled(writer.spooled_count),
    ...findChildProblems('web', web),
  ]
}

function findWatcherProblems(watcher: WatcherFacts, hasCause: boolean): readonly Problem[] {
  const problems = findChildProblems('watcher', watcher)
  if (watcher.state !== 'running' || problems.length > 0) return problems
  if (watcher.ready) return watcher.problems
  // From a crash until the watcher is ready again there is one problem, however far the new process has come.
  if (!watcher.hasBeenReady && isCrash(watcher.lastExit)) return [...watcher.problems, restarting('watcher', watcher)]
  // Without a database it waits, and that problem is known.
  if (watcher.problems.length > 0 || hasCause) return watcher.problems
  return [notRunning('watcher', 'The watcher is starting and not ready yet.', true)]
}

function findSpooled(count: number): readonly Problem[] {
  if (count === 0) return []
  return [{ key: 'writer:spooled', sentence: `${count} events wait on disk until the database takes them.` }]
}

type Name = 'watcher' | 'web'

function findChildProblems(name: Name, child: ChildFacts): readonly Problem[] {
  switch (child.state) {
    case 'running':
      return isSilent(child) ? [notRunning(name, describeSilence(name, child.silentMs))] : []
    case 'starting':
      return [
        isCrash(child.lastExit) ? restarting(name, child) : notRunning(name, `The ${name} process is starting.`, true),
      ]
    case 'stopping':
    case 'stopped':
      return [notRunning(name, `The ${name} process is ${child.state}.`, true)]
    case 'backing_off':
      return [notRunning(name, `The ${name} process crashed${describeExit(child.lastExit)} and will be restarted.`)]
    case 'crash_loop':
      return [notRunning(name, describeCrashLoop(name, child.lastExit))]
    default:
      return child.state satisfies never
  }
}

/** One key for all states of a process, so that a crash loop is one problem from its first crash to its end. */
function notRunning(name: Name, sentence: string, passing = false): Problem {
  return { key: `${name}:not_running`, sentence, ...(passing && { passing }) }
}

function restarting(name: Name, { lastExit }: ChildFacts): Problem {
  return notRunning(name, `The ${name} process crashed${describeExit(lastExit)} and is starting again.`, true)
}

function isCrash(exit: LastExit | null): boolean {
  return exit !== null && exit.reason !== 'stop' && exit.reason !== 'restart'
}

function isSilent({ silentMs }: ChildFacts): boolean {
  return silentMs !== null && silentMs > SILENT_MS
}

function describeSilence(name: Name, silentMs: number | null): string {
  const seconds = Math.floor((silentMs ?? 0) / 1000)
  return `The ${name} process has not answered for ${seconds} s. If it stays silent, it is killed and restarted.`
}

function describeCrashLoop(name: Name, exit: LastExit | null): string {
  if (name === 'web' && isPortTaken(exit)) return PORT_TAKEN
  return (
    `The ${name} process keeps crashing${describeExit(exit)} and is no longer restarted. ` +
    `Fix the cause, then run: turnlog restart ${name}`
  )
}

const PORT_TAKEN =
  "The web server's port is in use by another program; it starts as soon as the port is free. " +
  'For another port: TURNLOG_SERVER__PORT'

function describeExit(exit: LastExit | null): string {
  if (exit === null) return ''
  if (exit.error !== null) return ` (could not be started: ${exit.error})`
  if (exit.reason === 'hung') return ' (it hung and was killed)'
  if (exit.reason === 'not_ready') return ' (it did not become ready in time and was killed)'
  return exit.signal === null ? ` (exit code ${exit.code})` : ` (${exit.signal})`
}
