import type { HealthDocument } from './health-document.ts'

/** The outcome of a probe in the manner of Kubernetes: passed when all of its checks have. */
export interface Probe {
  readonly name: 'livez' | 'readyz'
  readonly passed: boolean
  readonly checks: readonly { readonly name: string; readonly passed: boolean }[]
}

/**
 * Whether the process that answers is alive: it is, since it answers. Nothing else is asked, least of all the database:
 * killing a web server mends no database.
 */
export function decideLiveness(): Probe {
  return { name: 'livez', passed: true, checks: [{ name: 'ping', passed: true }] }
}

/** Whether turns are being recorded, end to end. */
export function decideReadiness({ watcher, database }: HealthDocument): Probe {
  const checks = [
    { name: 'watcher', passed: watcher.ready },
    { name: 'database', passed: database.reachable },
  ]
  return { name: 'readyz', passed: checks.every(({ passed }) => passed), checks }
}

/** The body for a probe, plain text: `ok`, or every check when asked for, and always when one failed. */
export function formatProbe({ name, passed, checks }: Probe, { verbose = false } = {}): string {
  if (passed && !verbose) return 'ok'
  const lines = checks.map((check) => (check.passed ? `[+]${check.name} ok` : `[-]${check.name} failed: see /health`))
  return `${[...lines, `${name} check ${passed ? 'passed' : 'failed'}`].join('\n')}\n`
}
