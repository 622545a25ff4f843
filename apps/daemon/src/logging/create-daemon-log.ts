import type { LoggingSettings } from '@turnlog/config'
import type { Log } from './log.ts'
import type { LogOutput } from './log-output.ts'

/** As pino numbers them. */
const LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60, silent: Number.POSITIVE_INFINITY }

/**
 * The daemon's own log: lines as pino writes them in the other processes. Pino itself would take six megabytes in the one
 * process that has to stay small (decision 11), for a few lines a day.
 */
export function createDaemonLog(settings: Pick<LoggingSettings, 'level'>, output: Pick<LogOutput, 'write'>): Log {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => {
    if (LEVELS[level] < LEVELS[settings.level]) return () => {}
    return (...said: [string] | [object, string]): void => {
      const [facts, msg] = said.length === 1 ? [{}, said[0]] : said
      output.write(`${toLine(LEVELS[level], facts, msg)}\n`)
    }
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function toLine(level: number, facts: object, msg: string): string {
  const line = { level, time: new Date().toISOString(), process: 'daemon' }
  return JSON.stringify({ ...line, ...facts, msg }, (_, value) => (value instanceof Error ? describe(value) : value))
}

/** An error's own facts are those that are plain values, such as `code` and `path`. */
function describe(error: Error): object {
  const { name, message, stack, cause } = error
  const facts = Object.entries(error).filter(([, value]) => typeof value !== 'object')
  return { ...Object.fromEntries(facts), type: name, message, stack, ...(cause !== undefined && { cause }) }
}
