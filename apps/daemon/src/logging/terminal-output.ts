import { type PrettyOptions, prettyFactory } from 'pino-pretty'
import type { LogOutput } from './log-output.ts'

/** What is well is said in a sentence; with what is not, the facts follow. */
function createFormat(colorize: boolean): (line: string) => string {
  const options: PrettyOptions = {
    colorize,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'process,pid',
    messageFormat: (log, key) => `${log.process === 'daemon' ? '' : `${String(log.process)}: `}${String(log[key])}`,
    singleLine: true,
  }
  const sentence = prettyFactory({ ...options, hideObject: true })
  const withFacts = prettyFactory(options)
  return (line) => (/^\{"level":[1-3]0,/.test(line) ? `${sentence(line).trimEnd()}\n` : withFacts(line))
}

const CLEAR_LINE = '\r\u001b[2K'

/** Calm lines for a person at a terminal, with one progress line below them. */
export function createTerminalOutput(stream: NodeJS.WriteStream): LogOutput {
  const isTerminal = stream.isTTY === true
  const format = createFormat(isTerminal)
  let progress: string | null = null
  const draw = (): string => (progress === null ? '' : progress.slice(0, Math.max(0, (stream.columns ?? 80) - 1)))
  return {
    write(lines) {
      const text = lines
        .split('\n')
        .filter(Boolean)
        .map((line) => format(line))
        .join('')
      stream.write(progress === null ? text : `${CLEAR_LINE}${text}${draw()}`)
    },
    showProgress(text) {
      if (!isTerminal || text === progress) return
      progress = text
      stream.write(`${CLEAR_LINE}${draw()}`)
    },
  }
}
