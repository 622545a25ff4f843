import type { LastExit } from './health-document.ts'
import type { ChildFacts, HealthFacts, Problem, WatcherFacts } from './health-facts.ts'
import { isPortTaken } from './port-taken.ts'

/** Everything that is wrong, the cause before what follows from it. */
export function findProblems({ database, watcher, writer, web }: HealthFacts): readonly Problem[] {
  return [
    ...database.problems,
    ...findWatcherProblems(watcher, database.problems.length > 0),
    ...findSpooled(writer.spooled_count),
    ...findChildProblems('web', web),
  ]
}

function findWatcherProblems(watcher: WatcherFacts, hasCause: boolean): readonly Problem[] {
  if (watcher.state !== 'running') return findChildProblems('watcher', watcher)
  if (watcher.problems.length > 0 || watcher.ready) return watcher.problems
  // With no database there is nothing that it could say.
  if (hasCause) return []
  return [{ key: 'watcher:starting', sentence: 'The watcher is starting and not ready yet.', passing: true }]
}

function findSpooled(count: number): readonly Problem[] {
  if (count === 0) return []
  return [{ key: 'writer:spooled', sentence: `${count} events wait on disk until the database takes them.` }]
}

function findChildProblems(name: 'watcher' | 'web', child: ChildFacts): readonly Problem[] {
  const key = `${name}:${child.state}`
  const lastWords = describeExit(child.lastExit)
  switch (child.state) {
    case 'running':
      return []
    case 'starting':
      return [{ key, sentence: `The ${name} process is starting.`, passing: true }]
    case 'stopping':
      return [{ key, sentence: `The ${name} process is stopping.`, passing: true }]
    case 'stopped':
      return [{ key, sentence: `The ${name} process is stopped.`, passing: true }]
    case 'backing_off':
      return [{ key, sentence: `The ${name} process crashed${lastWords} and is about to be started again.` }]
    case 'crash_loop':
      if (name === 'web' && isPortTaken(child.lastExit)) return [{ key, sentence: PORT_TAKEN }]
      return [
        {
          key,
          sentence:
            `The ${name} process crashed again and again${lastWords} and is not started any more. ` +
            `When the cause is mended: turnlog restart ${name}`,
        },
      ]
    default:
      return child.state satisfies never
  }
}

const PORT_TAKEN =
  'The web process cannot have its port, which another program uses, and is started when that is free. ' +
  'For another port: TURNLOG_SERVER__PORT'

function describeExit(exit: LastExit | null): string {
  if (exit === null) return ''
  if (exit.error !== null) return ` (could not be started: ${exit.error})`
  if (exit.reason === 'hung') return ' (it hung and was killed)'
  if (exit.reason === 'not_ready') return ' (it did not become ready in time and was killed)'
  return exit.signal === null ? ` (exit code ${exit.code})` : ` (${exit.signal})`
}
