import type { LoggingSettings } from '@turnlog/config'
import pino, { type DestinationStream, type Logger } from 'pino'

export type { Logger } from 'pino'

/** Makes the logger of one process: JSON lines into `destination`. */
export function createLogger(
  settings: Pick<LoggingSettings, 'level'>,
  name: string,
  destination: DestinationStream = pino.destination({ dest: 1, sync: false }),
): Logger {
  return pino({ level: settings.level, base: { process: name }, timestamp: pino.stdTimeFunctions.isoTime }, destination)
}
