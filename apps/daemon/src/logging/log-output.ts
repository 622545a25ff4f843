import { type PrettyOptions, prettyFactory } from 'pino-pretty'

/** Where a process' log lines go: one JSON object a line comes in, whatever goes out. */
export interface LogOutput {
  /** Takes one or more whole lines of JSON. */
  write(lines: string): void
  /** A line that stands below the log and changes in place; null takes it away. Nothing where that cannot be shown. */
  showProgress(text: string | null): void
}

/** JSON, as it comes: for files, pipes and log collectors. */
export function createJsonOutput(stream: NodeJS.WritableStream): LogOutput {
  return { write: (lines) => void stream.write(lines), showProgress: () => {} }
}

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

/** `auto`: readable on a terminal, JSON everywhere else. */
export function createLogOutput(format: 'auto' | 'pretty' | 'json', stream = process.stdout): LogOutput {
  // A reader that went away (a closed terminal, `| head`) must not take the daemon down.
  stream.on('error', () => {})
  const isPretty = format === 'pretty' || (format === 'auto' && stream.isTTY === true)
  return isPretty ? createTerminalOutput(stream) : createJsonOutput(stream)
}
